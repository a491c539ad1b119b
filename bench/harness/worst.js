// The most expensive tokens of a stranger: measured in a process of its own, shown as a table, judged.
import { startChild } from './child.js'

const warmUps = 2

/** What each of the worst inputs costs the main thread: ours, AWS's verifier, jose, ours for half the length, and another build of ours. */
export async function measureWorst ({ issuer, plugin, against, tokens, rounds }) {
  const child = startChild('worst-process.js', [])
  try {
    await child.ask('start', { plugin, against, settings: issuer.settings, tokens })
    for (let round = -warmUps; round < rounds; round++) await child.ask('round', { isWarmUp: round < 0 })
    return await child.ask('result')
  } finally {
    await child.stop()
  }
}

/** The rows of the table, the most expensive first, without the header of it. */
export function worstRows ({ unit, rows }) {
  return rows.toSorted((one, other) => other.ours - one.ours).map(({ title, ours, aws, jose, half, against }) => [
    title, ours.toFixed(0), (ours / unit).toFixed(1), aws.toFixed(0), (ours / aws).toFixed(2), jose.toFixed(0), (ours / jose).toFixed(2), (ours / half).toFixed(2),
    ...(against === undefined ? [] : [against.toFixed(0)])
  ])
}

/** The worst of all inputs in each respect, with the title of the input. */
export function worstOf ({ unit, rows }) {
  const most = (value) => rows.map((row) => ({ title: row.title, value: value(row) })).reduce((one, other) => (other.value > one.value ? other : one))
  return {
    cost: most(({ ours }) => ours / unit),
    besideAws: most(({ ours, aws }) => ours / aws),
    growth: most(({ ours, half }) => ours / half)
  }
}
