import { readFile, stat } from 'node:fs/promises'
import t from 'tap'
import { createTestUserPool } from '../../src/testing/index.js'
import { originOf, scriptOf, startExample } from './support/process.js'
import { readTrials } from './support/try-script.js'
import type { PrintedRequest } from './support/try-script.js'

t.test('without settings, every line of the script asks for what it says and gets the answer it says', async (t) => {
  const example = startExample(t, { PORT: '0', LOG_LEVEL: 'warn' })
  const origin = await originOf(example)
  const trials = await readTrials(scriptOf(example))
  for (const { title, status, body, request } of trials) {
    t.ok(request.url.startsWith(origin), title)
    const response = await send(request)
    t.equal(response.status, status, title)
    t.ok((await response.text()).includes(body), `${title}: ${body}`)
  }
  t.equal(example.stderr(), '')

  await t.test('it shows every route for which three users and a machine suffice, and every kind of answer', async (t) => {
    t.strictSame([...new Set(trials.map(({ request }) => request.url.slice(origin.length)))].sort(), [
      '/api/admin', '/api/agents/status', '/api/audit', '/api/exports', '/api/feed', '/api/files', '/api/me', '/health', '/nowhere', '/ready'
    ])
    t.strictSame([...new Set(trials.map(({ status }) => status))].sort(), [200, 201, 400, 401, 403, 404, 413])
    for (const title of ['Admin: alice', 'Auditor: bob', 'Operator: carol', 'No token', 'Expired token', 'Token for another app client', 'Upload']) {
      t.ok(trials.some((trial) => trial.title.startsWith(title)), title)
    }
  })

  await t.test('its tokens hold for a day, and are for this user alone', async (t) => {
    const admin = trials.find(({ title }) => title.startsWith('Admin: alice'))
    const [, payload = ''] = admin?.request.headers.Authorization?.split('.') ?? []
    const { exp, iat } = JSON.parse(Buffer.from(payload, 'base64url').toString())
    t.equal(exp - iat, 86_400)
    t.equal((await stat(scriptOf(example))).mode & 0o777, 0o700)
  })

  await t.test('no token is in the terminal, which has at most six lines beside those of npm', async (t) => {
    t.notMatch(example.stdout(), 'eyJ')
    t.ok(example.stdout().trimEnd().split('\n').length <= 5, 'and one of the log, which is silent here')
    t.match(await readFile(scriptOf(example), 'utf8'), /^set -v$/m, 'the script shows its lines after those with the tokens')
  })
})

t.test('with a user pool, its tokens are accepted and none is printed', async (t) => {
  const pool = createTestUserPool({ userPoolId: 'us-east-1_Real00001' })
  const { jwksUri, close } = await pool.listen()
  t.teardown(close)
  const example = startExample(t, {
    PORT: '0', LOG_LEVEL: 'warn', COGNITO_USER_POOL_ID: pool.userPoolId, COGNITO_CLIENT_ID: pool.clientId, COGNITO_JWKS_URI: jwksUri
  })
  const origin = await originOf(example)
  t.match(example.stdout(), `tokens of app client ${pool.clientId} of user pool ${pool.userPoolId}`)
  t.notMatch(example.stdout(), 'eyJ')
  const accepted = await fetch(`${origin}/api/me`, { headers: pool.authorization(await pool.accessToken({ groups: ['Auditors'] })) })
  t.match(await accepted.json(), { role: 'Auditor', userPoolId: pool.userPoolId })
  const other = createTestUserPool({ userPoolId: 'us-east-1_Example01', clientId: pool.clientId })
  const refused = await fetch(`${origin}/api/me`, { headers: other.authorization(await other.accessToken()) })
  t.equal(refused.status, 401)
})

t.test('with an issuer of its own, as an emulator has, exactly that one is accepted', async (t) => {
  const pool = createTestUserPool()
  const { jwksUri, close } = await pool.listen()
  t.teardown(close)
  const issuer = 'http://127.0.0.1:9229/us-east-1_TestPool1'
  const example = startExample(t, {
    PORT: '0', LOG_LEVEL: 'warn', COGNITO_USER_POOL_ID: pool.userPoolId, COGNITO_CLIENT_ID: pool.clientId, COGNITO_JWKS_URI: jwksUri, COGNITO_ISSUER: issuer
  })
  const origin = await originOf(example)
  const ask = async (token: string): Promise<number> => (await fetch(`${origin}/api/me`, { headers: pool.authorization(token) })).status
  t.equal(await ask(await pool.accessToken({ iss: issuer })), 200)
  t.equal(await ask(await pool.accessToken()), 401)
  t.equal(await ask(await pool.accessToken({ iss: `${issuer}/` })), 401)
})

function send ({ url, headers, file }: PrintedRequest): Promise<Response> {
  if (file === null) return fetch(url, { headers })
  const form = new FormData()
  form.append('file', new Blob([Buffer.alloc(file.size)]), file.name)
  return fetch(url, { method: 'POST', headers, body: form })
}
