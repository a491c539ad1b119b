import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { createHandler } from '../../src/dev/endpoints.js'
import { createPoolKeys } from '../../src/dev/pool.js'
import { readDevOptions } from '../../src/dev/read-options.js'
import { createVerifier } from '../../src/index.js'
import { rejectionOf } from '../support/rejection.js'
import { createBrowser } from './support/browser.js'
import { callback, startPool, webClient } from './support/pool.js'

const authorize = `/oauth2/authorize?client_id=${webClient}&response_type=code&redirect_uri=${callback}&state=a-state`

t.test('the discovery document has Cognito\'s form and addresses', async (t) => {
  const pool = await startPool(t)
  const response = await fetch(`${pool.issuer}/.well-known/openid-configuration`)
  t.equal(response.headers.get('access-control-allow-origin'), '*')
  const document = await response.json() as Record<string, unknown>
  t.match(document, { issuer: pool.issuer, jwks_uri: `${pool.issuer}/.well-known/jwks.json`, token_endpoint: `${pool.origin}/oauth2/token` })
  t.notOk('code_challenge_methods_supported' in document, 'Cognito names none')
  t.notOk('registration_endpoint' in document)
})

t.test('the key set has two public keys', async (t) => {
  const pool = await startPool(t)
  const { keys } = await (await fetch(`${pool.issuer}/.well-known/jwks.json`)).json() as { keys: object[] }
  t.equal(keys.length, 2)
  for (const key of keys) t.strictSame(Object.keys(key).sort(), ['alg', 'e', 'kid', 'kty', 'n', 'use'])
})

t.test('/login begins a sign-in, with the page to choose a user', async (t) => {
  const pool = await startPool(t)
  const { status, text, headers } = await createBrowser(pool.origin).open(`${pool.origin}${authorize.replace('/oauth2/authorize', '/login')}&scope=openid&login_hint="><b>`)
  t.equal(status, 200)
  for (const name of ['alice', 'bob', 'carol', 'Admins']) t.match(text, name)
  t.match(text, 'value="&#34;&#62;&#60;b&#62;"', 'what comes from outside is escaped')
  t.match(headers.get('content-security-policy'), "default-src 'none'")
})

t.test('a name that nobody has is refused, and shown escaped', async (t) => {
  const pool = await startPool(t)
  const browser = createBrowser(pool.origin)
  const { url } = await browser.open(`${pool.origin}${authorize}&scope=openid`)
  const refused = await browser.open(url, { username: '<script>' })
  t.equal(refused.status, 400)
  t.match(refused.text, 'There is no user &#60;script&#62;.')
  t.equal((await browser.open(url, {})).status, 400)
  t.equal((await browser.open(url, { username: 'carol' })).url.origin, 'http://localhost:5173')
  const over = await browser.open(url)
  t.equal(over.status, 400)
  t.match(over.text, 'begin again')
})

t.test('a sign-in without scopes gets all of the client, also by the address that the command prints', async (t) => {
  const pool = await startPool(t, { clients: [{ clientId: 'web', scopes: ['openid', 'files/read'] }] })
  for (const path of ['/login', '/oauth2/authorize', '/logout']) {
    const browser = createBrowser(pool.origin)
    const { url } = await browser.open(`${pool.origin}${path}?client_id=web&response_type=code&redirect_uri=${callback}`)
    const code = (await browser.open(url, { username: 'carol' })).url.searchParams.get('code') ?? ''
    const form = new URLSearchParams({ grant_type: 'authorization_code', client_id: 'web', redirect_uri: callback, code })
    t.match(await (await fetch(`${pool.origin}/oauth2/token`, { method: 'POST', body: form })).json(), { scope: 'openid files/read', id_token: /./ }, path)
  }
})

t.test('an address that is none is a 400', async (t) => {
  const pool = await startPool(t)
  const { hostname, port } = new URL(pool.origin)
  const statusOf = (path: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => { httpRequest({ hostname, port, path, agent: false }, (response) => resolve(response.resume().statusCode)).on('error', reject).end() })
  for (const path of ['//', '//[', `/logout?client_id=${webClient}&logout_uri=http://localhost/%0d%0aset-cookie:a=b`]) t.equal(await statusOf(path), 400, path)
})

t.test('a sign-in leads nowhere but to the application', async (t) => {
  const pool = await startPool(t, { clients: [{ clientId: 'any' }, { clientId: 'listed', callbackUrls: [callback], logoutUrls: ['https://app.example/bye'] }] })
  const to = (clientId: string, address: string): Promise<Response> =>
    fetch(`${pool.origin}/oauth2/authorize?client_id=${clientId}&response_type=code&scope=openid&redirect_uri=${encodeURIComponent(address)}`, { redirect: 'manual' })
  for (const address of ['http://localhost:3000/x', 'https://127.0.0.1/', 'http://[::1]:80/a']) t.equal((await to('any', address)).status, 303, address)
  for (const address of ['http://evil.example/', 'http://localhost.evil.example/', 'javascript:alert(1)', 'nothing']) t.equal((await to('any', address)).status, 400, address)
  t.equal((await to('listed', callback)).status, 303)
  t.equal((await to('listed', `${callback}/x`)).status, 400)
  t.equal((await to('unknown', callback)).status, 400)

  const signOut = (query: string): Promise<Response> => fetch(`${pool.origin}/logout?${query}`, { redirect: 'manual' })
  t.equal((await signOut('client_id=listed&logout_uri=https://app.example/bye')).headers.get('location'), 'https://app.example/bye')
  t.equal((await signOut('client_id=any&logout_uri=http://localhost:1/')).status, 302)
  for (const query of ['client_id=listed&logout_uri=https://evil.example/', 'client_id=any&logout_uri=https://evil.example/', 'client_id=unknown&logout_uri=http://localhost/', 'client_id=any']) {
    t.equal((await signOut(query)).status, 400, query)
  }
  t.match((await signOut(`client_id=any&redirect_uri=${callback}&response_type=code`)).headers.get('location'), '/oauth2/authorize?client_id=any', 'or to a new sign-in')
})

t.test('a scope that the client does not have is told to the application, with its state', async (t) => {
  const pool = await startPool(t)
  const { url } = await createBrowser(pool.origin).open(`${pool.origin}${authorize}&scope=openid+files/delete`)
  t.equal(url.href, `${callback}?error=invalid_scope&state=a-state`)
  const stateless = await createBrowser(pool.origin).open(`${pool.origin}${authorize.replace('&state=a-state', '')}&scope=files/delete`)
  t.equal(stateless.url.href, `${callback}?error=invalid_scope`)
  t.equal((await createBrowser(pool.origin).open(`${pool.origin}${authorize}`)).status, 200, 'no scope is no wrong one')
  t.equal((await fetch(`${pool.origin}/oauth2/authorize?client_id=${webClient}&scope=files/delete`)).status, 400, 'but to no address that is not its own')
})

t.test('userInfo wants an access token of the pool', async (t) => {
  const pool = await startPool(t)
  const ask = (init: RequestInit): Promise<Response> => fetch(`${pool.origin}/oauth2/userInfo`, init)
  const bearer = (token: string): RequestInit => ({ headers: { authorization: `Bearer ${token}` } })
  t.match(await (await ask(bearer(await pool.token({ subject: 'bob' })))).json(), { username: 'bob', email: 'bob@example.com' })
  for (const token of ['', 'garbage', await pool.token({ subject: 'bob', tokenUse: 'id' }), await pool.token({ subject: 'bob', expiresIn: -60 }), await pool.token({ subject: 'bob', scopes: ['email'] })]) {
    const refused = await ask(bearer(token))
    t.equal(refused.status, 401)
    t.equal(refused.headers.get('www-authenticate'), 'Bearer error="invalid_token"')
  }
  t.equal((await ask({ method: 'OPTIONS' })).status, 204)
})

t.test('nothing is answered to another host, nor the switches to a page', async (t) => {
  const pool = await startPool(t)
  const { port } = new URL(pool.origin)
  const statusFor = (path: string, headers: Record<string, string>, method = 'GET'): Promise<number | undefined> => new Promise((resolve, reject) => {
    httpRequest({ host: '127.0.0.1', port, path, method, headers }, (response) => resolve(response.resume().statusCode)).on('error', reject).end()
  })
  const jwks = `/${pool.userPoolId}/.well-known/jwks.json`
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]) t.equal(await statusFor(jwks, { host }), 200, host)
  for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', 'evil.example#localhost', '10.0.0.1']) {
    t.equal(await statusFor(jwks, { host }), 403, host)
    t.equal(await statusFor('/__dev/token', { host }, 'POST'), 403, host)
  }
  for (const path of ['/__dev/token', '/__dev/rotate', '/__dev/down', '/__dev/up']) {
    t.equal(await statusFor(path, { origin: 'http://localhost:5173' }, 'POST'), 403, path)
    t.equal(await statusFor(path, {}), 405, path)
  }
  t.equal(await statusFor('/nowhere', {}), 404)
})

t.test('the switches try an outage and a rotation', async (t) => {
  const pool = await startPool(t)
  const post = async (path: string): Promise<unknown> => (await fetch(`${pool.origin}/__dev/${path}`, { method: 'POST' })).json()
  const old = await pool.token({ subject: 'alice' })
  t.strictSame(await post('down'), { down: true })
  t.match(await rejectionOf(createVerifier(pool.options).verify(old)), { code: 'FST_COGNITO_UNAVAILABLE' })
  t.strictSame(await post('up'), { down: false })
  t.match(await createVerifier(pool.options).verify(old), { username: 'alice' })
  await post('rotate')
  t.match(await createVerifier(pool.options).verify(old), { username: 'alice' }, 'the old keys are still published')
  await post('rotate?overlap=false')
  t.match(await rejectionOf(createVerifier(pool.options).verify(old)), { reason: 'kid' }, 'and now no more')
  t.match(await createVerifier(pool.options).verify(await pool.token({ subject: 'alice' })), { username: 'alice' })
})

t.test('a token over HTTP: text for a script, and a refusal in words', async (t) => {
  const pool = await startPool(t)
  const ask = (body: string): Promise<Response> => fetch(`${pool.origin}/__dev/token`, { method: 'POST', body })
  t.match(await createVerifier(pool.options).verify((await (await ask('{"subject":"carol"}')).text()).trim()), { username: 'carol' })
  for (const [body, message] of [['', /subject/], ['{', /no JSON/], ['[]', /an object/], ['{"subject":"dave"}', /alice, bob, carol/], ['{"subject":"bob","expiresIn":1.5}', /whole seconds/], [' '.repeat(70_000), /64 KiB/]] as const) {
    const refused = await ask(body)
    t.equal(refused.status, 400)
    t.match(await refused.text(), message)
  }
})

t.test('a page of another origin may ask for tokens', async (t) => {
  const pool = await startPool(t)
  const origin = 'http://localhost:5173'
  const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: webClient, refresh_token: 'unknown' })
  const response = await fetch(`${pool.origin}/oauth2/token`, { method: 'POST', headers: { origin }, body })
  t.match(await response.json(), { error: 'invalid_grant' })
  t.equal(response.headers.get('access-control-allow-origin'), origin)
})

t.test('what nobody foresaw is a 500, and the pool goes on', async (t) => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const broken = async (): Promise<never> => { throw new TypeError('broken') }
  const keys = { ...createPoolKeys('local_Broken', []), published: broken }
  const handle = createHandler({ issuer: `${origin}/local_Broken`, origin, settings: readDevOptions({}), keys, provider: broken, token: broken })
  server.on('request', (request, response) => { handle(request, response) })
  for (const path of ['/local_Broken/.well-known/jwks.json', '/oauth2/token', '/oauth2/userInfo']) {
    const response = await fetch(origin + path)
    t.equal(response.status, 500, path)
    t.match(await response.text(), 'broken')
  }
})
