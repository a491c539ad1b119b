/** The glue for Amplify with Amplify itself, which is larger than all packages of this repository: compiled with its types, and run. */
import { spawn } from 'node:child_process'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Fastify from 'fastify'
import t from 'tap'
import cognitoAuth from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'

const root = fileURLToPath(new URL('../../', import.meta.url))

const program = `import { Amplify } from 'aws-amplify'
import * as auth from 'aws-amplify/auth'
import { createAmplifyApi } from './amplify.js'
const [, , origin = '', userPoolId = '', userPoolClientId = '', expired = '', fresh = ''] = process.argv
let token = expired
let refreshes = 0
Amplify.configure({ Auth: { Cognito: { userPoolId, userPoolClientId } } }, {
  Auth: {
    tokenProvider: {
      getTokens: async ({ forceRefresh = false } = {}) => {
        if (forceRefresh) {
          refreshes++
          token = fresh
        }
        return { accessToken: auth.decodeJWT(token) }
      }
    }
  }
})
const callApi = createAmplifyApi(auth)
const answers = await Promise.all(Array.from({ length: 10 }, () => callApi(origin + '/me')))
const later = await callApi(origin + '/me')
console.log(JSON.stringify({ statuses: [...answers, later].map(({ status }) => status), refreshes }))
`

function run (cwd: string, command: string, ...args: string[]): Promise<{ readonly code: number | null, readonly output: string }> {
  return new Promise((resolve, reject) => {
    let output = ''
    const child = spawn('env', ['-u', 'NODE_OPTIONS', command, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => { output += chunk })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, output }))
  })
}

t.test('with aws-amplify 6, ten requests that find the token expired refresh it once', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'amplify-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  await cp(join(root, 'example/page/call-api.js'), join(folder, 'page/call-api.js'))
  await cp(join(root, 'example/recipes/front-ends/amplify.ts'), join(folder, 'recipes/front-ends/amplify.ts'))
  await writeFile(join(folder, 'recipes/front-ends/program.ts'), program)
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({
    compilerOptions: { target: 'es2023', lib: ['es2023', 'dom', 'dom.iterable'], module: 'nodenext', strict: true, allowJs: true, skipLibCheck: true, rootDir: '.', outDir: 'out', types: ['node'] },
    files: ['recipes/front-ends/program.ts']
  }))
  for (const command of [['npm', 'install', '--no-audit', '--no-fund', 'aws-amplify@6', '@types/node@20'], [process.execPath, join(root, 'node_modules/typescript/bin/tsc'), '-p', '.']]) {
    const { code, output } = await run(folder, ...command as [string, ...string[]])
    t.equal(code, 0, output)
  }

  const pool = createTestUserPool()
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(cognitoAuth, pool.options)
  app.get('/me', { config: { auth: 'required' } }, async ({ user }) => user?.username)
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  const { code, output } = await run(folder, process.execPath, 'out/recipes/front-ends/program.js', origin, pool.userPoolId, pool.clientId, await pool.expiredToken(), await pool.accessToken())
  t.equal(code, 0, output)
  t.strictSame(JSON.parse(output), { statuses: new Array(11).fill(200), refreshes: 1 })
})
