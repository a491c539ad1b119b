import t from 'tap'
import { assertRefused } from '../support/refusals.js'
import { buildExample, headersOf } from './support/app.js'

const domain = 'https://example.auth.us-east-1.amazoncognito.com'
const page = { clientId: '1example23456789', domain }

t.test('the page is files of this application, and lets nothing else run or be asked', async (t) => {
  const { app } = buildExample(t, { page })
  const { body, headers, statusCode } = await app.inject('/')
  t.equal(statusCode, 200)
  t.equal(headers['content-type'], 'text/html; charset=utf-8')
  const policy = String(headers['content-security-policy'])
  for (const part of ["default-src 'none'", "script-src 'self'", `connect-src 'self' ${domain};`, "frame-ancestors 'none'", "trusted-types 'none'"]) t.ok(policy.includes(part), part)
  t.notMatch(policy, /unsafe|\*|data:/)
  t.notMatch(body, /\b(?:style|on\w+)="/, 'nothing in the markup that the policy forbids')

  const asked = new Set(['/'])
  for (const url of asked) {
    const file = await app.inject(url)
    t.equal(file.statusCode, 200, url)
    t.match(file.headers, { 'x-content-type-options': 'nosniff', 'content-security-policy': policy, 'cache-control': 'no-cache' })
    for (const [, next = ''] of file.body.matchAll(/(?:src|href)="(\/(?!docs")[^"]+)"/g)) asked.add(next)
    for (const [, next = ''] of file.body.matchAll(/(?:from|import\() ?'\.\/([^']+)'/g)) asked.add(`/page/${next}`)
  }
  const served = app.cognitoAuth.routes().map(({ url }) => url).filter((url) => url === '/' || (url.startsWith('/page/') && url !== '/page/setup'))
  t.strictSame([...asked].sort(), [...new Set(served)].sort(), 'and every file served is one of them')
})

t.test('no other file of the folder, and none outside of it', async (t) => {
  const { app } = buildExample(t, { page })
  for (const url of ['/page/tsconfig.json', '/page/../app.ts', '/page/..%2fapp.ts', '/page/%2e%2e/app.ts', '/page/', '/index.html', '/page//page.js']) {
    t.equal((await app.inject(url)).statusCode, 404, url)
  }
})

t.test('without its options there is no page', async (t) => {
  const { app } = buildExample(t)
  for (const url of ['/', '/page/setup', '/page/page.js', '/page/spoiled/expired']) t.equal((await app.inject(url)).statusCode, 404, url)
})

t.test('the page is told where to sign in and how each route is protected', async (t) => {
  const { app } = buildExample(t, { page: { ...page, domain: null } })
  const { clientId, domain: none, canSpoil, routes } = (await app.inject('/page/setup')).json()
  t.strictSame({ clientId, none, canSpoil }, { clientId: page.clientId, none: null, canSpoil: false })
  t.strictSame(routes, JSON.parse(JSON.stringify(app.cognitoAuth.routes())))
  t.match((await app.inject('/')).headers['content-security-policy'], "connect-src 'self';", 'and may ask nobody but this application')
  t.equal((await app.inject('/page/spoiled/expired')).statusCode, 404, 'nothing is spoiled of a real pool')
})

t.test('a token is spoiled for the user who asks, never for another', async (t) => {
  const asked: string[] = []
  const spoil = async (...args: string[]): Promise<string> => {
    asked.push(args.join(' '))
    return 'a.b.c'
  }
  const { app, pool } = buildExample(t, { page: { ...page, spoil } })
  const { operator, expired } = await headersOf(pool)
  const ask = (how: string, headers: Record<string, string>) => app.inject({ url: `/page/spoiled/${how}`, headers })
  for (const how of ['expired', 'otherClient', 'longAgo']) t.strictSame((await ask(how, operator)).json(), { token: 'a.b.c' })
  t.strictSame(asked, ['carol expired', 'carol otherClient', 'carol longAgo'])
  assertRefused(t, await ask('expired', {}), 'FST_COGNITO_TOKEN_MISSING')
  assertRefused(t, await ask('expired', expired), 'FST_COGNITO_TOKEN_EXPIRED')
  t.equal((await ask('toString', operator)).statusCode, 404)
  t.equal((await ask('expired', pool.authorization(await pool.machineToken()))).statusCode, 403)
  t.equal(asked.length, 3)
})
