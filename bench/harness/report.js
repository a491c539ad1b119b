// A run as Markdown tables: what was measured, and what was promised.
import { coldStartReport } from '../cold-start/report.js'
import { judge } from './targets.js'
import { peers, workloads } from './peers.js'
import { worstRows } from './worst.js'

/** The whole report. */
export function report (run) {
  const parts = [heading(run)]
  for (const [name, all] of Object.entries(run.medians)) parts.push(workloadTable(name, all))
  if (run.sharing !== null) parts.push(`### 100 requests with one cold token\n\n${sharingLine(run.sharing)}`)
  if (run.heap.length > 0) parts.push(`### Memory\n\n${run.heap.map(heapLine).join('\n')}${churnLine(run.churn)}`)
  if (run.coldStart !== null) parts.push(`### From the start of a process to its first verified request\n\n${coldStartReport(run.coldStart)}`)
  if (run.worst !== null) parts.push(worstTable(run.worst))
  parts.push(`### To reach\n\n${table(['workload', 'reached', 'target', ''], judge(run).map(({ title, value, target, isReached }) => [title, value, target, isReached ? 'yes' : '**no**']))}`)
  return parts.join('\n\n')
}

function heading ({ machine, rounds, mostRounds, commit, date, isQuick, loadName }) {
  const pinning = machine.isPinned ? 'server on one processor, load on another' : 'NOT pinned: server and load share the processors'
  return `${date}, commit ${commit}, ${isQuick ? 'quick run, ' : ''}${rounds} rounds${mostRounds > rounds ? `, ${mostRounds} where the ratio is near 1` : ''}, Node.js ${machine.node}, ${machine.processors} × ${machine.model}, ${pinning}${loadName === 'own' ? '' : `, load by ${loadName}`}.\n\n` +
    `Versions: ${Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`).join(', ')}.`
}

function workloadTable (name, all) {
  const { title, isFlood } = workloads[name]
  const header = ['', 'CPU µs', 'main thread µs', 'of open', 'requests/s', 'p99 ms', 'busy', 'RSS MB', 'key fetches', ...(isFlood ? ['/health p99 ms', 'loop delay p99 ms'] : [])]
  const rows = Object.entries(all).map(([peer, result]) => [
    peers[peer].title,
    result.cpu.toFixed(1),
    result.main === null ? '–' : result.main.toFixed(1),
    all.open === undefined ? '–' : (all.open.cpu / result.cpu).toFixed(2),
    Math.round(result.perSecond).toLocaleString('en'),
    (result.p99 / 1000).toFixed(2),
    result.busy.toFixed(2),
    (result.rss / 2 ** 20).toFixed(0),
    String(result.fetches),
    ...(isFlood ? [(result.health99 / 1000).toFixed(2), (result.delay99 / 1000).toFixed(2)] : [])
  ])
  return `### ${title}\n\n${table(header, rows)}`
}

function sharingLine ({ apart, shared, perToken, tokens }) {
  return `Apart ${apart.toFixed(1)} µs each, shared ${shared.toFixed(1)} µs each; at most ${perToken} verification for each of ${tokens} tokens.`
}

function heapLine ({ entries, ours, byHand }) {
  return `- ${entries.toLocaleString('en')} tokens: ${ours.toFixed(0)} bytes each; jose and lru-cache by hand ${byHand.toFixed(0)}.`
}

function churnLine (churn) {
  if (churn === null) return ''
  const heaps = churn.map(({ heapUsed }) => heapUsed / 2 ** 20)
  const last = churn.at(-1)
  return `\n- ${last.done.toLocaleString('en')} verifications of tokens that the default cache does not hold: heap ${Math.min(...heaps).toFixed(0)} to ${Math.max(...heaps).toFixed(0)} MB, RSS at the end ${(last.rss / 2 ** 20).toFixed(0)} MB.`
}

function worstTable (worst) {
  const isAgainst = worst.rows.some(({ against }) => against !== undefined)
  const header = ['16,384 characters', 'main thread µs', 'bad signatures', 'aws-jwt-verify µs', 'of it', 'jose µs', 'of it', 'of half the length', ...(isAgainst ? ['the other build µs'] : [])]
  return `### The worst that a stranger can send\n\nA normal bad signature costs ${worst.unit.toFixed(1)} µs of the main thread.\n\n${table(header, worstRows(worst))}`
}

function table (header, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')
}
