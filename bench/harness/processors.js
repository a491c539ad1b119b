// Which process runs on which processor. On a machine without taskset, or with one processor, nothing is pinned.
import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

const loadProcessor = '0'
const serverProcessor = '1'

export const isPinned = availableParallelism() >= 2 && hasTaskset()

/** The command line that runs `script` with Node.js, on the server's processor. */
export function serverCommand (script, flags = []) {
  const node = [process.execPath, ...flags, script]
  return isPinned ? ['taskset', '-c', serverProcessor, ...node] : node
}

/** Moves this process, all its threads and what it will start, to the processor of the load. */
export function moveToLoadProcessor () {
  move(loadProcessor)
}

/** Lets this process run on both processors. */
export function leaveProcessor () {
  move(`${loadProcessor},${serverProcessor}`)
}

function move (processors) {
  if (isPinned) execFileSync('taskset', ['-a', '-c', '-p', processors, String(process.pid)], { stdio: 'ignore' })
}

function hasTaskset () {
  try {
    execFileSync('taskset', ['-p', String(process.pid)], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
