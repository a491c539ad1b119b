// The cold start as Markdown, and what was promised of it.
import { servers } from './servers.js'

const titles = {
  'modules static': 'From node_modules, static keys',
  'modules remote': 'From node_modules, keys fetched on loopback',
  'bundled static': 'Bundled by esbuild, static keys',
  'bundled remote': 'Bundled by esbuild, keys fetched on loopback'
}

/** The tables, one a way. */
export function coldStartReport (coldStart) {
  return coldStart.map(({ shipped, keys, medians }) => {
    const rows = Object.entries(servers).flatMap(([name, { title }]) => {
      const one = medians[name]
      return one === undefined ? [] : [[title, one.cpu.toFixed(0), over(medians, name, 'cpu', 1), one.wall.toFixed(0), over(medians, name, 'wall', 1), megabytes(one.rss), over(medians, name, 'rss', 2 ** 20)]]
    })
    const header = ['', 'CPU ms', 'over bare', 'wall ms', 'over bare', 'RSS MB', 'over bare']
    return `#### ${titles[`${shipped} ${keys}`]}\n\n${[header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')}`
  }).join('\n\n')
}

/** The goals: static keys from node_modules, as far as their servers were measured. */
export function judgeColdStart (coldStart) {
  const { medians } = coldStart.find(({ shipped, keys }) => shipped === 'modules' && keys === 'static')
  const added = (name, key) => medians[name][key] - medians.open[key]
  const ours = added('ours', 'cpu')
  const jwt = added('fastify-jwt', 'cpu')
  const memory = added('ours', 'rss') / 2 ** 20
  return [
    { title: 'cold start: CPU over bare Fastify, beside what @fastify/jwt adds', value: `${ours.toFixed(0)} ms`, target: `≤ ${jwt.toFixed(0)} ms`, isReached: ours <= jwt },
    { title: 'cold start: RSS over bare Fastify', value: `${memory.toFixed(1)} MB`, target: '≤ 5.0 MB', isReached: memory <= 5 }
  ]
}

function over (medians, name, key, unit) {
  if (name === 'open') return ''
  const difference = (medians[name][key] - medians.open[key]) / unit
  return `${difference < 0 ? '−' : '+'}${Math.abs(difference).toFixed(unit === 1 ? 0 : 1)}`
}

function megabytes (bytes) {
  return (bytes / 2 ** 20).toFixed(1)
}
