// Pieces of the hot and the cold path beside their alternatives: `node micro.js [--dist FOLDER] [cache|errors|request|token]…`.
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { lastResult, show } from './harness/compare.js'
import { createIssuer, garbageLike, signTokens } from './harness/tokens.js'

const groups = ['cache', 'errors', 'request', 'token']
const signed = 2_000

const { values: { dist }, positionals } = parseArgs({
  options: { dist: { type: 'string', default: join(import.meta.dirname, '../dist') } },
  allowPositionals: true
})
const load = (file) => import(pathToFileURL(join(resolve(dist), file)).href)

const issuer = await createIssuer(await load('testing/index.js'))
const tokens = await signTokens(issuer.pool, signed)
const { kid } = await issuer.pool.header()
const given = {
  tokens,
  garbage: garbageLike(tokens),
  settings: { ...issuer.settings, key: issuer.settings.jwks.keys.find((key) => key.kid === kid) },
  load
}
for (const group of positionals.length === 0 ? groups : positionals) {
  const { run } = await import(`./micro/${group}.js`)
  for (const [heading, results] of Object.entries(await run(given))) show(heading, results)
}
if (lastResult() === given) throw new Error('nothing was measured')
await issuer.close()
