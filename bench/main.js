// The benchmark: every workload against the open route and every peer, in one interleaved run.
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { measureColdStart } from './cold-start/measure.js'
import { median } from './harness/histogram.js'
import { peers, workloads } from './harness/peers.js'
import { isPinned, moveToLoadProcessor } from './harness/processors.js'
import { report } from './harness/report.js'
import { loads, measureRound } from './harness/round.js'
import { createIssuer, garbageLike, signTokens, withBadSignatures, withUnknownKeys } from './harness/tokens.js'
import { measureWorst } from './harness/worst.js'
import { countSharedVerifications, measureChurn, measureHeap, measureSharing, writeTokens } from './harness/verifier-rounds.js'

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    out: { type: 'string', default: import.meta.dirname },
    rounds: { type: 'string' },
    workloads: { type: 'string' },
    peers: { type: 'string' },
    dist: { type: 'string', default: join(import.meta.dirname, '../dist') },
    against: { type: 'string' },
    load: { type: 'string', default: 'own' },
    profile: { type: 'string' }
  }
})

const scale = flags.quick
  ? { rounds: 1, roundsNearOne: 1, signed: 18_000, hostile: 12_000, sharing: 80, heap: [10_000], churn: 0, coldStart: 3, worst: 5 }
  : { rounds: 5, roundsNearOne: 9, signed: 101_000, hostile: 40_000, sharing: 200, heap: [10_000, 100_000], churn: 1_000_000, coldStart: 15, worst: 25 }
const lengths = flags.quick
  ? { warmUp: { requests: 4_000, milliseconds: 200 }, window: { requests: 5_000, milliseconds: 300 }, flood: { requests: 3_000, milliseconds: 800 } }
  : { warmUp: { requests: 12_000, milliseconds: 500 }, window: { requests: 25_000, milliseconds: 1_000 }, flood: { requests: 10_000, milliseconds: 3_000 } }
// More than this are not needed to see new tokens only, and every one of them is held as a request.
const mostNew = 50_000
const rounds = flags.rounds === undefined ? scale.rounds : Number(flags.rounds)
// Where the ratios to reach are near 1, one process in a slow mode more or less would decide them.
const roundsOf = (name) => (workloads[name].isNearOne && flags.rounds === undefined ? scale.roundsNearOne : rounds)

const plugin = entryOf(flags.dist)
if (flags.against !== undefined) {
  peers.against = { ...peers.ours, title: `fastify-cognito-auth in ${flags.against}`, plugin: entryOf(flags.against) }
  for (const workload of Object.values(workloads)) workload.peers = [...workload.peers, 'against']
}
// The last five need no peers of `harness/peers.js`.
const chosenWorkloads = chosen(flags.workloads, [...Object.keys(workloads), 'sharing', 'heap', 'churn', 'cold-start', 'worst'])
const workloadNames = chosenWorkloads.filter((name) => name in workloads)
const mostRounds = Math.max(rounds, ...workloadNames.map(roundsOf))
const peerNames = chosen(flags.peers, Object.keys(peers))
const loadNames = chosen(flags.load, Object.keys(loads))
if (loadNames.length > 1) throw new Error('one load at a time')
const [loadName] = loadNames
// Before this process is moved to one of them.
const processors = availableParallelism()

if (flags.write) await mkdir(flags.out, { recursive: true })
const folder = await mkdtemp(join(tmpdir(), 'fastify-cognito-auth-bench-'))
const { createTestUserPool } = await import(entryOf(flags.dist, 'testing.js'))
const issuer = await createIssuer({ createTestUserPool })
try {
  const run = await measure()
  const text = report(run)
  console.log(text)
  if (flags.write) await writeResults(run, text)
} finally {
  await issuer.close()
  await rm(folder, { recursive: true })
}

async function measure () {
  say(`signing ${scale.signed.toLocaleString('en')} tokens`)
  const signed = await signTokens(issuer.pool, scale.signed)
  const valid = signed.slice(0, mostNew)
  const few = valid.slice(0, scale.hostile)
  const sets = { valid, badSignatures: withBadSignatures(few), garbage: garbageLike(few), unknownKeys: withUnknownKeys(few) }
  const file = join(folder, 'tokens')
  await writeTokens(file, signed)
  if (flags.profile === undefined) moveToLoadProcessor()
  else await mkdir(flags.profile, { recursive: true })

  const results = await measureWorkloads(sets)
  const verifier = { issuer, file, plugin }
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: commitId(),
    isQuick: flags.quick,
    loadName,
    rounds,
    mostRounds,
    machine: await describeMachine(),
    medians: mediansOf(results),
    sharing: await measureIf('sharing', async () => ({
      ...await measureSharing({ ...verifier, rounds: scale.sharing }),
      ...await countSharedVerifications({ issuer, plugin, tokens: valid.slice(-20) })
    })),
    heap: await measureIf('heap', () => inTurn(scale.heap, (entries) => measureHeap({ ...verifier, entries }))) ?? [],
    churn: scale.churn === 0 ? null : await measureIf('churn', () => measureChurn({ ...verifier, verifications: scale.churn })),
    coldStart: await measureIf('cold-start', () => measureColdStart({
      issuer,
      token: valid[0],
      entries: { plugin, verifier: entryOf(flags.dist, 'verifier.js') },
      rounds: flags.rounds === undefined ? scale.coldStart : rounds,
      say
    })),
    worst: await measureIf('worst', () => measureWorst({ issuer, plugin, against: peers.against?.plugin ?? null, tokens: valid.slice(0, 1_000), rounds: flags.rounds === undefined ? scale.worst : rounds })),
    results
  }
}

async function measureIf (name, work) {
  if (!chosenWorkloads.includes(name)) return null
  say(name)
  return work()
}

async function inTurn (values, work) {
  const results = []
  for (const value of values) results.push(await work(value))
  return results
}

async function measureWorkloads (sets) {
  const results = {}
  for (let round = 0; round < mostRounds; round++) {
    for (const name of workloadNames) {
      if (round >= roundsOf(name)) continue
      // Each round begins with another peer, so that none always follows the same one.
      const names = rotate(workloads[name].peers.filter((peer) => peerNames.includes(peer)), round)
      for (const peer of names) {
        say(`round ${round + 1} of ${roundsOf(name)}: ${name}, ${peer}`)
        const result = await measureRound({
          peer: peers[peer], workload: workloads[name], issuer, sets, lengths, loadName, plugin: peers[peer].plugin ?? plugin, profile: profileOf(name, peer, round)
        }).catch((cause) => { throw new Error(`${peer} failed in the workload "${name}"`, { cause }) })
        results[name] ??= {}
        results[name][peer] ??= []
        results[name][peer].push(result)
      }
    }
  }
  return results
}

function profileOf (workload, peer, round) {
  return flags.profile === undefined ? undefined : resolve(flags.profile, `${workload}-${peer}-${round + 1}.cpuprofile`)
}

function mediansOf (results) {
  const medians = {}
  for (const [name, byPeer] of Object.entries(results)) {
    medians[name] = {}
    for (const peer of Object.keys(peers).filter((each) => each in byPeer)) {
      const all = byPeer[peer]
      medians[name][peer] = Object.fromEntries(Object.keys(all[0]).map((key) =>
        [key, all[0][key] === null ? null : median(all.map((result) => result[key]))]))
    }
  }
  return medians
}

async function describeMachine () {
  const { dependencies } = JSON.parse(await readFile(join(import.meta.dirname, 'package.json'), 'utf8'))
  return { node: process.version, model: cpus()[0].model.trim(), processors, isPinned, versions: dependencies }
}

async function writeResults (run, text) {
  const { results, ...summary } = run
  await writeFile(join(flags.out, 'results.json'), `${JSON.stringify({ ...summary, results }, null, 2)}\n`)
  await writeFile(join(flags.out, 'RESULTS.md'), `# Results\n\nWritten by \`npm run bench -- --write\`; how to read it stands in [README.md](README.md).\n\n${text}\n`)
}

function commitId () {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: import.meta.dirname, encoding: 'utf8' }).trim()
  } catch {
    return 'unknown'
  }
}

function entryOf (folder, file = 'index.js') {
  return pathToFileURL(join(resolve(folder), file)).href
}

function chosen (flag, all) {
  if (flag === undefined) return all
  const names = flag.split(',')
  const unknown = names.find((name) => !all.includes(name))
  if (unknown !== undefined) throw new Error(`unknown name "${unknown}"; known are ${all.join(', ')}`)
  return names
}

function rotate (array, by) {
  const at = by % array.length
  return [...array.slice(at), ...array.slice(0, at)]
}

function say (text) {
  process.stderr.write(`${text}\n`)
}
