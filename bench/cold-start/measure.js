// The cold start: fresh processes in turn, from their start to the answer of the first verified request.
import { execFile } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { median } from '../harness/histogram.js'
import { serverCommand } from '../harness/processors.js'
import { headersFor } from '../harness/tokens.js'
import { servers } from './servers.js'

const run = promisify(execFile)
// Beside this file, so that the programs find the packages of this folder.
const folder = join(import.meta.dirname, '.programs')
const keyKinds = ['static', 'remote']

/** The ways of measuring: how the program is shipped, and where its keys come from. */
export const ways = ['modules', 'bundled'].flatMap((shipped) => keyKinds.map((keys) => ({ shipped, keys })))

/**
 * Measures every server in every way, in turn.
 *
 * @param entries The URLs of the plugin's and the verifier's built entry.
 * @returns For each way the medians by server: `cpu` and `wall` in milliseconds, `rss` in bytes.
 */
export async function measureColdStart ({ issuer, token, entries, rounds, say }) {
  await mkdir(folder, { recursive: true })
  try {
    const programs = await writePrograms(entries)
    const results = ways.map(() => ({}))
    for (let round = 0; round < rounds; round++) {
      say(`cold start, round ${round + 1} of ${rounds}`)
      for (const [index, way] of ways.entries()) {
        for (const name of inTurn(Object.keys(servers), round)) {
          if (way.keys === 'remote' && !servers[name].fetches) continue
          results[index][name] ??= []
          results[index][name].push(await startOnce(programs[way.shipped][name], settingsOf(issuer, way.keys), token))
        }
      }
    }
    return ways.map((way, index) => ({ ...way, medians: mediansOf(results[index]) }))
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function writePrograms (entries) {
  const modules = {}
  const bundled = {}
  const firstRequest = fileURLToPath(new URL('first-request.js', import.meta.url))
  for (const [name, { text }] of Object.entries(servers)) {
    const server = text
      .replace("'fastify-cognito-auth/verifier'", JSON.stringify(entries.verifier))
      .replace("'fastify-cognito-auth'", JSON.stringify(entries.plugin))
    const program = `${server}\nimport { measure } from ${JSON.stringify(pathToFileURL(firstRequest).href)}\nmeasure(createServer)\n`
    modules[name] = join(folder, `${name}.mjs`)
    bundled[name] = join(folder, `${name}.cjs`)
    await writeFile(modules[name], program)
    // As CommonJS, which needs no banner for the packages that are.
    await build({
      stdin: { contents: program.replaceAll('"file://', '"'), resolveDir: folder },
      bundle: true,
      minify: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      outfile: bundled[name],
      logLevel: 'error'
    })
  }
  return { modules, bundled }
}

function settingsOf (issuer, keys) {
  const { jwks, jwksUri, ...shared } = issuer.settings
  return { ...shared, ...(keys === 'static' ? { jwks } : { jwksUri }) }
}

async function startOnce (program, { userPoolId, clientId, ...others }, token) {
  const isOurs = /(ours|verifier)\.[cm]js$/.test(program)
  const keys = others.jwks === undefined ? { jwksUri: others.jwksUri } : { jwks: others.jwks }
  // Ours refuses options that it does not know.
  const settings = { userPoolId, clientId, ...(isOurs ? keys : others) }
  const [command, ...args] = serverCommand(program)
  const { stdout } = await run(command, args, {
    env: { ...process.env, NODE_ENV: 'production', FIRST_REQUEST: JSON.stringify({ settings, headers: headersFor(token) }) }
  })
  return JSON.parse(stdout)
}

function mediansOf (byServer) {
  return Object.fromEntries(Object.entries(byServer).map(([name, all]) =>
    [name, Object.fromEntries(Object.keys(all[0]).map((key) => [key, median(all.map((one) => one[key]))]))]))
}

function inTurn (names, by) {
  const at = by % names.length
  return [...names.slice(at), ...names.slice(0, at)]
}
