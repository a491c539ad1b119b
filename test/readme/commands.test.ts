import t from 'tap'
import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { readArguments } from '../../src/explain/arguments.js'
import { childEnvironment } from '../support/child-environment.js'
import { run } from '../support/explain.js'
import { blocks, blocksUnder, everyPage } from '../support/readme.js'
import { createReadmePool, writeBlock } from '../support/readme-module.js'

interface Package {
  readonly name: string
  readonly bin: Readonly<Record<string, string>>
  readonly scripts: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
  readonly peerDependencies: Readonly<Record<string, string>>
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>
}

const manifest = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as Package

// What one needs for the plugin itself; an optional peer is named where it is used.
const requiredPeers = Object.keys(manifest.peerDependencies).filter((name) => manifest.peerDependenciesMeta[name]?.optional !== true)

t.test('every command exists', async (t) => {
  const commands = blocks.filter(({ language }) => language === 'sh').flatMap(({ code }) => code.trim().replace(/ #.*/g, '').split(/\n| && /))
  const inText = [...everyPage.matchAll(/`(npm run \w+|npx fastify-cognito-auth \w+)`/g)].map(([, command = '']) => command)
  t.ok(commands.length >= 6)
  for (const command of [...commands, ...inText]) {
    const [program, name = '', ...args] = command.replace(/^[A-Z_]+=\$\((.*)\)$/, '$1').replace(/^docker compose exec \w+ /, '').replace(/^(?:[A-Z_]+=\S+ )+/, '').split(' ')
    if (program === 'curl') t.match(args.at(-1), 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_EXAMPLE01/.well-known/jwks.json')
    else if (program === 'aws') t.match(command, /^aws cognito-idp initiate-auth .*--auth-flow USER_PASSWORD_AUTH/)
    else if (program === 'npx') t.ok(Object.hasOwn(manifest.bin, name) && ['explain', 'dev'].includes(String(args[0])), command)
    else if (name === 'install' && args[0] === '--save-dev') t.ok(args.slice(1).every((peer) => manifest.peerDependenciesMeta[peer]?.optional === true), command)
    // What a page wants beside the plugin is what that page is tested with here.
    else if (name === 'install' && !args.some((wanted) => [...requiredPeers, manifest.name].includes(wanted))) t.ok(args.length > 0 && args.every((wanted) => Object.hasOwn(manifest.devDependencies, wanted)), command)
    else if (name === 'install') t.strictSame(args, [...requiredPeers, manifest.name], command)
    else if (name !== 'ci') t.ok(Object.hasOwn(manifest.scripts, name === 'run' ? args[0] ?? '' : name), command)
  }
})

t.test('explain prints what is shown, for a token of another client', async (t) => {
  const pool = createReadmePool(t)
  const [command = ''] = blocksUnder('Explain a token', 'sh')
  const args = command.replace('npx fastify-cognito-auth ', '').replace(/ < .*/, '').trim().split(' ')
  t.equal(readArguments(args).kind, 'explain')
  const { status, output } = await run({ args, input: [await pool.accessToken({ client_id: '9another87654321' })], fetch: pool.options.keys.fetch })
  t.equal(status, 1)
  const [shown = ''] = blocksUnder('Explain a token', 'text')
  const variable = (line: string): string => line.replace(/\d+ characters/, 'N characters').replace(/kid ".*"/, 'kid "…"')
  const printed = output.split('\n').map(variable)
  const lines = shown.trim().split('\n').filter((line) => line !== '…').map(variable)
  t.ok(lines.length > 5)
  t.strictSame(printed.filter((line) => lines.includes(line)), lines, 'the same lines in the same order')
  t.strictSame(printed.slice(0, lines.length - 1), lines.slice(0, -1), 'from the first one on')
})

/** Runs a file of tests in a process of its own. */
async function runTest (path: string): Promise<{ readonly status: number | null, readonly output: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', '--test', path], { stdio: ['ignore', 'pipe', 'inherit'], env: childEnvironment() })
  const exited = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve))
  const [status, output] = await Promise.all([exited, text(child.stdout)])
  return { status, output }
}

t.test('the test of an application passes as it stands, and fails where the application is wrong', async (t) => {
  t.match(await runTest(writeBlock(t, 'Testing your application')), { status: 0, output: /pass 2\b/ })
  const wrong = writeBlock(t, 'Testing your application', { edit: (code) => code.replace("{ roles: ['Admin'] }", "'required'") })
  t.match(await runTest(wrong), { status: 1, output: /fail 1\b/ })
})

t.test('the test of what is public prints the routes, and fails for a route too many', async (t) => {
  t.match(await runTest(writeBlock(t, 'List and test what is public')), { status: 0, output: /'\/health' +│ 'public' +│ 'config'[^]*pass 1\b/ })
  const open = writeBlock(t, 'List and test what is public', { edit: (code) => code.replace("app.get('/private', async", "app.get('/private', { config: { auth: 'public' } }, async") })
  t.match(await runTest(open), { status: 1, output: /fail 1\b/ })
})

t.test('the first example in CommonJS answers, and lets nobody in without a token', async (t) => {
  const [code = ''] = blocksUnder('The first example', 'js')
  const index = JSON.stringify(fileURLToPath(new URL('../../src/index.ts', import.meta.url)))
  const edited = code
    .replace("require('fastify-cognito-auth')", `require(${index})`)
    .replace('logger: true', 'logger: false')
    .replace('await app.listen({ port: 3000 })', "await app.listen({ port: 0 })\n  const { statusCode, body } = await app.inject('/me')\n  console.log(statusCode, body)\n  await app.close()")
  const path = join(t.testdir({ 'app.cjs': edited }), 'app.cjs')
  const child = spawn(process.execPath, ['--import', 'tsx', path], { stdio: ['ignore', 'pipe', 'inherit'], env: childEnvironment() })
  t.match(await text(child.stdout), /^401 .*FST_COGNITO_TOKEN_MISSING/)
})

t.test('every runtime dependency is named under "Size"', async (t) => {
  const [, size = ''] = /^## Size\n([^#]*)/m.exec(everyPage) ?? []
  const linked = [...size.matchAll(/\[([^\]]+)\]\(https/g)].map(([, name]) => name)
  t.strictSame(linked.sort(), Object.keys(manifest.dependencies).sort())
  t.match(size, /Three runtime\sdependencies/)
})
