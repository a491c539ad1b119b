// Pieces of both paths beside their alternatives: `node micro.js [--dist FOLDER] [--against FOLDER] [guard|cache|errors|request|token]…`.
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { lastResult, show } from './harness/compare.js'
import { createIssuer, garbageLike, signTokens } from './harness/tokens.js'

const groups = ['guard', 'cache', 'errors', 'request', 'token']
const signed = 2_000

const { values: { dist, against }, positionals } = parseArgs({
  options: { dist: { type: 'string', default: join(import.meta.dirname, '../.build') }, against: { type: 'string' } },
  allowPositionals: true
})
const loader = (folder) => (file) => import(pathToFileURL(join(resolve(folder), file)).href)
const load = loader(dist)

const issuer = await createIssuer(await load('testing/index.js'))
const tokens = await signTokens(issuer.pool, signed)
const { kid } = await issuer.pool.header()
const given = {
  tokens,
  pool: issuer.pool,
  builds: { 'this build': load, ...(against === undefined ? {} : { [against]: loader(against) }) },
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
