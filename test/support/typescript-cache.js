// TypeScript to JavaScript, once for each text of a file. The compiler is loaded only for a text never seen before.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const folder = new URL('../../node_modules/.cache/test-modules/', import.meta.url)
const version = JSON.parse(readFileSync(new URL('../../node_modules/ts-blank-space/package.json', import.meta.url), 'utf8')).version

/** The text of a module with blanks in the place of its types. */
export function blankTypes (source, path) {
  const kept = new URL(`${createHash('sha256').update(`${version}\n${source}`).digest('hex')}.js`, folder)
  try {
    return readFileSync(kept, 'utf8')
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
  const blanked = compile(source, path)
  // Under its name only when it is whole, since other processes read and write here at the same time.
  const draft = new URL(`${process.pid}-${Math.random().toString(36).slice(2)}`, folder)
  mkdirSync(folder, { recursive: true })
  writeFileSync(draft, blanked)
  renameSync(draft, kept)
  return blanked
}

function compile (source, path) {
  const { default: blank } = require('ts-blank-space')
  return blank(source, (node) => {
    throw new SyntaxError(`${path}: types that cannot be erased at ${node.getStart()}`)
  })
}
