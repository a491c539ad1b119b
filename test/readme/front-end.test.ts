import t from 'tap'
import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { blocksUnder } from '../support/readme.js'
import { createReadmePool, importBlock, runBlock } from '../support/readme-module.js'

interface Session { readonly forceRefresh?: boolean }
type CallApi = (path: string) => Promise<Response>

/** Replaces Amplify by a function of the test, which the page's code finds at the given place. */
const withSession = (place: string, origin: string) => (code: string): string => code
  .replace("import { fetchAuthSession } from 'aws-amplify/auth'", `const { ${place}: fetchAuthSession } = globalThis as unknown as Record<string, (options?: object) => Promise<{ tokens?: { accessToken: object } }>>`)
  .replaceAll('https://api.example.com', origin)

async function listeningExample (t: Parameters<typeof createReadmePool>[0]) {
  const pool = createReadmePool(t)
  const keys = globalThis.fetch
  const { app } = await runBlock(t, 'The first example', { edit: (code) => code.replace('logger: true', 'logger: false') })
  const origin = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  // The keys stay in memory; the requests of the front end go to the application.
  globalThis.fetch = async (input, init) => {
    if (!String(input).startsWith(origin)) return keys(input, init)
    const { statusCode, body } = await app.inject({ url: String(input).slice(origin.length), headers: Object.fromEntries(new Headers(init?.headers)) })
    return new Response(body, { status: statusCode })
  }
  return { pool, origin }
}

function provide (t: Parameters<typeof createReadmePool>[0], place: string, session: (options?: Session) => Promise<object>): void {
  const globals = globalThis as unknown as Record<string, unknown>
  globals[place] = session
  t.teardown(() => { delete globals[place] })
}

t.test('the snippet of the README sends the access token, and does not call the API without one', async (t) => {
  const { pool, origin } = await listeningExample(t)
  let accessToken: string | undefined = await pool.accessToken()
  provide(t, 'readmeSession', async () => (accessToken === undefined ? {} : { tokens: { accessToken: { toString: () => accessToken } } }))
  const { callApi } = await importBlock(t, 'Which token should I send?', { edit: withSession('readmeSession', origin) }) as { callApi: CallApi }
  t.match(await (await callApi('/me')).json(), { username: 'test-user' })
  accessToken = undefined
  await t.rejects(callApi('/me'), { message: 'not signed in' })
})

t.test('the page\'s snippet asks for a new token after a 401, once', async (t) => {
  const { pool, origin } = await listeningExample(t)
  const past = Math.floor(Date.now() / 1000) - 60
  const expired = await pool.accessToken({ iat: past - 60, exp: past })
  const fresh = await pool.accessToken()
  const asked: boolean[] = []
  let refreshed = fresh
  provide(t, 'pageSession', async ({ forceRefresh = false }: Session = {}) => {
    asked.push(forceRefresh)
    return { tokens: { accessToken: { toString: () => (forceRefresh ? refreshed : expired) } } }
  })
  const { callApi } = await importBlock(t, 'With Amplify', { edit: withSession('pageSession', origin) }) as { callApi: CallApi }
  t.equal((await callApi('/me')).status, 200)
  t.strictSame(asked, [false, true])
  refreshed = expired
  t.equal((await callApi('/me')).status, 401)
  t.strictSame(asked, [false, true, false, true], 'and no third time')
})

t.test('without Amplify it is one header', async (t) => {
  const { pool, origin } = await listeningExample(t)
  const { callApiWith } = await importBlock(t, 'Without Amplify', { edit: (code) => code.replace('https://api.example.com', origin) }) as
    { callApiWith: (accessToken: string, path: string) => Promise<Response> }
  t.equal((await callApiWith(await pool.accessToken(), '/me')).status, 200)
  t.equal((await callApiWith('bad', '/me')).status, 401)
})

t.test('the module that does what a refusal asks for is the one of the example, letter by letter', async (t) => {
  t.strictSame(blocksUnder('Do what a refusal asks for', 'js'), [await readFile(new URL('../../example/page/call-api.js', import.meta.url), 'utf8')])
})

t.test('CORS: a preflight needs no token, and a refusal can be read by the page', async (t) => {
  const pool = createReadmePool(t)
  const { app } = await runBlock(t, 'CORS')
  const origin = 'https://app.example.com'
  const preflight = await app.inject({
    method: 'OPTIONS', url: '/me', headers: { origin, 'access-control-request-method': 'DELETE', 'access-control-request-headers': 'authorization' }
  })
  t.match(preflight, { statusCode: 204, headers: { 'access-control-allow-origin': origin, 'access-control-allow-headers': 'authorization', 'access-control-allow-methods': /DELETE/ } })
  const refused = await app.inject({ url: '/me', headers: { origin } })
  t.match(refused, { statusCode: 401, headers: { 'access-control-allow-origin': origin, 'access-control-expose-headers': 'WWW-Authenticate, Retry-After' } })
  t.equal((await app.inject({ url: '/me', headers: { origin, ...pool.authorization(await pool.accessToken()) } })).statusCode, 200)
})
