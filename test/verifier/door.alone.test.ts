import t from 'tap'
import type { Test } from 'tap'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Format, Metafile } from 'esbuild'
import * as index from '../../src/index.js'
import * as door from '../../src/verifier/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { childEnvironment } from '../support/child-environment.js'

const entry = fileURLToPath(new URL('../../src/verifier/index.ts', import.meta.url))
const plugin = fileURLToPath(new URL('../../src/index.ts', import.meta.url))
/** The largest size of the verifier in a bundle, minified: 40 KB of 1,024 bytes. */
const largest = 40 * 1024

interface Bundle {
  readonly text: string
  readonly metafile: Metafile
}

/** A program that needs nothing but Node, as an application would ship it. */
async function bundle (contents: string, format: Format): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('../..', import.meta.url)) },
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format,
    write: false,
    metafile: true,
    logLevel: 'silent'
  })
  return { text: outputFiles.map(({ text }) => text).join(''), metafile }
}

function run (t: Test, { text }: Bundle, format: Format, options: readonly string[], input: string): { readonly stdout: string, readonly status: number | null } {
  const file = join(t.testdir(), format === 'esm' ? 'program.mjs' : 'program.cjs')
  writeFileSync(file, text)
  const { stdout, stderr, status } = spawnSync(process.execPath, [...options, file], { encoding: 'utf8', timeout: 100_000, env: childEnvironment(), input })
  if (status !== 0) t.comment(stderr)
  return { stdout, status }
}

/** The packages whose code is in a bundle, and Node's own modules that it imports. */
function partsOf ({ metafile }: Bundle): { readonly packages: string[], readonly builtIn: string[] } {
  const packages = Object.keys(metafile.inputs).flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [])
  const builtIn = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path.replace(/^node:/, '')))
  return { packages: [...new Set(packages)].sort(), builtIn: [...new Set(builtIn)].sort() }
}

const program = `
import { createVerifier, isCognitoAuthError } from ${JSON.stringify(entry)}
import { readFileSync } from 'node:fs'
const { options, good, bad } = JSON.parse(readFileSync(0, 'utf8'))
const codeOf = (error) => isCognitoAuthError(error) ? error.code + ' ' + error.reason : String(error)
async function main () {
  const still = createVerifier(options)
  console.log((await still.verify(good)).username)
  console.log(await still.verify(bad).catch(codeOf))
  const fetch = async () => new Response(JSON.stringify(options.jwks), { status: 200 })
  const fetching = createVerifier({ userPoolId: options.userPoolId, clientId: options.clientId, keys: { fetch } })
  console.log((await fetching.verify(good)).username)
  const down = createVerifier({ userPoolId: options.userPoolId, clientId: options.clientId, keys: { fetch: async () => { throw new Error('down') } } })
  console.log(await down.verify(good).catch(codeOf))
  try { createVerifier({}) } catch (error) { console.log(error.code) }
}
main()
`

const output = `test-user
FST_COGNITO_TOKEN_INVALID format
test-user
FST_COGNITO_UNAVAILABLE key_endpoint
FST_COGNITO_OPTIONS_INVALID
`

async function input (): Promise<string> {
  const pool = createTestUserPool()
  return JSON.stringify({
    options: { userPoolId: pool.userPoolId, clientId: pool.clientId, jwks: await pool.jwks() }, good: await pool.accessToken(), bad: 'x'
  })
}

for (const format of ['esm', 'cjs'] as const) {
  t.test(`bundled as ${format} the verifier is small and runs as it is, with frozen intrinsics too`, async (t) => {
    const alone = await bundle(`export { createVerifier } from ${JSON.stringify(entry)}`, format)
    t.ok(alone.text.length <= largest, `${alone.text.length} bytes`)
    const bundled = await bundle(program, format)
    for (const options of [[], ['--frozen-intrinsics']]) {
      t.strictSame(run(t, bundled, format, options, await input()), { stdout: output, status: 0 })
    }
  })
}

t.test('the verifier needs jose and modules of Node, and nothing else', async (t) => {
  t.strictSame(partsOf(await bundle(program, 'esm')), { packages: ['jose'], builtIn: ['buffer', 'crypto', 'fs', 'util'] })
  const whole = partsOf(await bundle(`export { default } from ${JSON.stringify(plugin)}`, 'esm'))
  for (const name of ['@fastify/sensible', 'fastify-plugin', 'http-errors']) t.ok(whole.packages.includes(name), `the plugin needs ${name}`)
  t.ok(whole.builtIn.includes('diagnostics_channel'))
})

t.test('what the verifier exports is what the index exports under the same name', async (t) => {
  const names = Object.keys(door)
  t.strictSame(names.sort(), ['CognitoAuthSetupError', 'KeyFetchError', 'createVerifier', 'isCognitoAuthError'])
  for (const [name, value] of Object.entries(door)) t.equal(value, Reflect.get(index, name), name)
})
