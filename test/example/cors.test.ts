import t from 'tap'
import { buildExample, headersOf } from './support/app.js'
import { assertRefused } from '../support/refusals.js'

const origin = 'https://app.example.com'
const preflight = { 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' }

t.test('a preflight is answered without a token, and allows the listed origin what the routes need', async (t) => {
  const { app } = buildExample(t, { origins: [origin, 'http://localhost:5173'] })
  for (const url of ['/api/me', '/api/files', '/health']) {
    const { statusCode, headers } = await app.inject({ method: 'OPTIONS', url, headers: { origin, ...preflight } })
    t.equal(statusCode, 204, url)
    t.match(headers, {
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET, HEAD, POST',
      'access-control-allow-headers': 'Authorization, Content-Type',
      vary: /Origin/
    })
    t.equal(headers['access-control-allow-credentials'], undefined, 'a token is sent by the page, no cookie by the browser')
  }
})

t.test('a page may read why it was refused', async (t) => {
  const { app, pool } = buildExample(t, { origins: [origin] })
  const { expired } = await headersOf(pool)
  for (const [headers, code] of [[{}, 'FST_COGNITO_TOKEN_MISSING'], [expired, 'FST_COGNITO_TOKEN_EXPIRED']] as const) {
    const response = await app.inject({ url: '/api/me', headers: { origin, ...headers } })
    assertRefused(t, response, code)
    t.match(response.headers, { 'access-control-allow-origin': origin, 'access-control-expose-headers': 'WWW-Authenticate, Retry-After' })
  }
})

t.test('an OPTIONS request that is no preflight is answered with nothing of a route', async (t) => {
  const { app } = buildExample(t, { origins: [origin] })
  const { statusCode, body } = await app.inject({ method: 'OPTIONS', url: '/api/admin', headers: { origin } })
  t.strictSame([statusCode, body], [400, 'Invalid Preflight Request'])
})

t.test('no other origin is allowed anything, and none if none is listed', async (t) => {
  for (const [origins, others] of [[[origin], ['https://attacker.example', `${origin}.attacker.example`, 'http://app.example.com', 'null']], [[], [origin, '*', 'null']]] as const) {
    const { app, pool } = buildExample(t, { origins })
    const { operator } = await headersOf(pool)
    for (const other of others) {
      const asked = await app.inject({ method: 'OPTIONS', url: '/api/me', headers: { origin: other, ...preflight } })
      const sent = await app.inject({ url: '/api/me', headers: { origin: other, ...operator } })
      t.strictSame([asked, sent].map(({ headers }) => headers['access-control-allow-origin']), [undefined, undefined], other)
    }
  }
})
