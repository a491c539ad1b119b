// Small pieces of work side by side: interleaved slices of CPU time, the best slice of each.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { mainThreadTime } from './main-thread.js'

const sliceMicroseconds = 8_000
const slices = 25
const turns = 8

let sink

/**
 * Measures alternatives of one piece of work.
 *
 * The best slice counts, not the middle one: whatever else the machine does can only make a slice longer.
 *
 * @param alternatives Functions of the number of the call, by title; the first one is what the others are compared with.
 * @returns For each title, nanoseconds a call.
 */
export async function compare (alternatives) {
  const all = Object.entries(alternatives).map(([title, work]) => ({ title, work, calls: 64, best: Infinity, at: 0 }))
  for (const each of all) calibrate(each)
  for (let slice = 0; slice < slices; slice++) {
    for (const each of all) each.best = Math.min(each.best, timeSlice(each) / each.calls)
    // Garbage of one slice is not collected in another one's more often than in its own.
    await nextTurn()
  }
  return all.map(({ title, best }) => ({ title, nanoseconds: best * 1000 }))
}

/** The same for work that ends later, all threads and the main thread; the calls of a batch are under way together. */
export async function compareAsync (alternatives, batch = 32) {
  const all = Object.entries(alternatives).map(([title, work]) => ({ title, work, best: Infinity, main: Infinity, at: 0 }))
  for (let slice = 0; slice < slices * 4; slice++) {
    for (const each of all) {
      const cpu = cpuTime()
      const main = mainThreadTime()
      for (let turn = 0; turn < turns; turn++) await Promise.all(Array.from({ length: batch }, () => each.work(each.at++)))
      each.best = Math.min(each.best, (cpuTime() - cpu) / (turns * batch))
      if (main !== null) each.main = Math.min(each.main, (mainThreadTime() - main) / (turns * batch))
    }
  }
  return all.map(({ title, best, main }) => ({ title: main === Infinity ? title : `${title} (main thread ${(main * 1000).toFixed(0)} ns)`, nanoseconds: best * 1000 }))
}

/** Prints one comparison as lines. */
export function show (heading, results) {
  const [{ nanoseconds: reference }] = results
  console.log(`\n${heading}`)
  for (const { title, nanoseconds } of results) {
    console.log(`${nanoseconds.toFixed(0).padStart(8)} ns  ${(nanoseconds / reference).toFixed(2).padStart(5)}  ${title}`)
  }
}

function calibrate (each) {
  for (let took = timeSlice(each); took < sliceMicroseconds; took = timeSlice(each)) each.calls *= 2
}

function timeSlice (each) {
  const { work, calls } = each
  const before = mainThreadTime() ?? cpuTime()
  for (let call = 0; call < calls; call++) sink = work(each.at++)
  return (mainThreadTime() ?? cpuTime()) - before
}

function cpuTime () {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** What the last call gave: the compiler cannot know that nobody asks. */
export function lastResult () {
  return sink
}
