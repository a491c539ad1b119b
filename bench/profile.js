// The functions of a .cpuprofile that took most time by themselves: `node profile.js FILE…`, as `main.js --profile FOLDER` writes them.
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'

const shown = 30

for (const file of process.argv.slice(2)) {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8'))
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const spent = new Map()
  let total = 0
  samples.forEach((id, index) => {
    const name = nameOf(byId.get(id).callFrame)
    if (name === '(idle)' || name === '(program)') return
    total += timeDeltas[index]
    spent.set(name, (spent.get(name) ?? 0) + timeDeltas[index])
  })
  console.log(`${basename(file)}: share of the main thread's busy time`)
  for (const [name, time] of [...spent].sort(([, one], [, other]) => other - one).slice(0, shown)) {
    console.log(`${(100 * time / total).toFixed(1).padStart(5)} %  ${name}`)
  }
}

function nameOf ({ functionName, url, lineNumber }) {
  const name = functionName === '' ? '(anonymous)' : functionName
  return url === '' ? name : `${name}  ${url.replace(/^.*\/(?:node_modules\/|dist\/)?/, '')}:${lineNumber + 1}`
}
