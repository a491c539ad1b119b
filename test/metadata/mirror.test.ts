/** Cognito's addresses under our own name: what is said, what is taken over, and what an outage does. */
import t from 'tap'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { createPlugin } from '../../src/plugin.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { assertRefused } from '../support/refusals.js'
import { createTestClock } from '../support/test-clock.js'
import type { TestClock } from '../support/test-clock.js'
import { documentPath, resource } from './support.js'

const path = '/.well-known/oauth-authorization-server'
const domain = 'https://example.auth.us-east-1.amazoncognito.com'

/** What Cognito answers, with what it may not say here. */
const discovery = {
  issuer: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_TestPool1',
  authorization_endpoint: `${domain}/oauth2/authorize`,
  token_endpoint: `${domain}/oauth2/token`,
  revocation_endpoint: `${domain}/oauth2/revoke`,
  jwks_uri: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_TestPool1/.well-known/jwks.json',
  registration_endpoint: 'https://evil.example/register',
  scopes_supported: ['openid', 'email', 'phone', 'profile'],
  token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  id_token_signing_alg_values_supported: ['RS256']
}

interface Scene {
  readonly app: FastifyInstance
  readonly clock: TestClock
  readonly asked: string[]
  answer: () => Response | Promise<Response>
}

async function build (t: Test, { resources = [{ resource, mirror: true }], keys = {} }: { resources?: object[], keys?: object } = {}): Promise<Scene> {
  const pool = createTestUserPool()
  const clock = createTestClock()
  const asked: string[] = []
  const scene = { app: Fastify(), clock, asked, answer: () => Response.json(discovery) as Response | Promise<Response> }
  t.teardown(() => scene.app.close())
  const fetch: typeof globalThis.fetch = async (input, init) => {
    if (!String(input).includes('openid-configuration')) return pool.options.keys.fetch(input, init)
    asked.push(String(input))
    return scene.answer()
  }
  await scene.app.register(createPlugin(clock), { ...pool.options, defaultAuth: 'required', resourceMetadata: resources as never, keys: { ...pool.options.keys, ...keys, fetch } })
  return scene
}

t.test('the document has the addresses of Cognito under our name, says that S256 works, and registers nobody', async (t) => {
  const { app, asked } = await build(t)
  const answer = await app.inject(path)
  t.equal(answer.statusCode, 200)
  t.strictSame(answer.json(), {
    issuer: 'https://api.example.com',
    authorization_endpoint: discovery.authorization_endpoint,
    token_endpoint: discovery.token_endpoint,
    revocation_endpoint: discovery.revocation_endpoint,
    jwks_uri: discovery.jwks_uri,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post']
  })
  t.match(answer.headers, { 'access-control-allow-origin': '*', 'cache-control': /^public/ })
  t.strictSame(asked, ['https://cognito-idp.us-east-1.amazonaws.com/us-east-1_TestPool1/.well-known/openid-configuration'], 'the issuer that has keys')
  t.equal((await app.inject({ method: 'HEAD', url: path })).statusCode, 200)
  t.equal((await app.inject({ method: 'OPTIONS', url: path })).statusCode, 204)
  t.equal(asked.length, 1)
})

t.test('the resource names this origin as its authorization server, unless it names others', async (t) => {
  const { app } = await build(t, { resources: [{ resource, mirror: true }, { resource: `${resource}2`, mirror: true, authorizationServers: ['https://as.example.com'] }, { resource: `${resource}3` }] })
  const serversOf = async (url: string) => (await app.inject(url)).json<{ authorization_servers: string[] }>().authorization_servers
  t.strictSame(await serversOf(documentPath), ['https://api.example.com'])
  t.strictSame(await serversOf(`${documentPath}2`), ['https://as.example.com'])
  t.strictSame(await serversOf(`${documentPath}3`), ['https://cognito-idp.us-east-1.amazonaws.com/us-east-1_TestPool1'])
})

t.test('without mirror there is no such document', async (t) => {
  const { app, asked } = await build(t, { resources: [{ resource }] })
  t.equal((await app.inject(path)).statusCode, 404)
  t.strictSame(asked, [])
})

t.test('no header of a request comes into it', async (t) => {
  const { app } = await build(t)
  const forged = await app.inject({ url: path, headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example' } })
  t.notMatch(forged.body, 'evil')
})

t.test('many who ask at once have Cognito asked once; it is asked again when the document is old', async (t) => {
  const { app, asked, clock } = await build(t)
  const answers = await Promise.all(Array.from({ length: 20 }, () => app.inject(path)))
  t.ok(answers.every(({ statusCode }) => statusCode === 200))
  t.equal(asked.length, 1)
  clock.pass(599_999)
  await app.inject(path)
  t.equal(asked.length, 1)
  clock.pass(1)
  await app.inject(path)
  t.equal(asked.length, 2)
})

t.test('an outage: the document that is there is used for an hour, and Cognito asked once per cooldown', async (t) => {
  const scene = await build(t)
  const { app, asked, clock } = scene
  await app.inject(path)
  scene.answer = () => { throw new TypeError('fetch failed') }
  clock.pass(600_000)
  for (let round = 0; round < 3; round++) t.equal((await app.inject(path)).statusCode, 200)
  t.equal(asked.length, 2)
  clock.pass(3_000_000)
  for (let round = 0; round < 3; round++) {
    const answer = await app.inject(path)
    assertRefused(t, answer, 'FST_COGNITO_UNAVAILABLE')
    t.equal(answer.headers['retry-after'], '30')
  }
  t.equal(asked.length, 3)
  clock.pass(29_000)
  t.equal((await app.inject(path)).headers['retry-after'], '1')
  clock.pass(1_000)
  scene.answer = () => Response.json(discovery)
  t.equal((await app.inject(path)).statusCode, 200)
})

t.test('an answer that is none is 503, whatever it is', async (t) => {
  const answers: ReadonlyArray<readonly [says: string, answer: () => Response | Promise<Response>]> = [
    ['no domain', () => Response.json({ ...discovery, authorization_endpoint: undefined })],
    ['no token endpoint', () => Response.json({ ...discovery, token_endpoint: undefined })],
    ['http', () => Response.json({ ...discovery, token_endpoint: 'http://evil.example/token' })],
    ['a script', () => Response.json({ ...discovery, authorization_endpoint: 'javascript:alert(1)' })],
    ['a number', () => Response.json({ ...discovery, authorization_endpoint: 7 })],
    ['null', () => Response.json(null)],
    ['an array', () => Response.json([])],
    ['HTML', () => new Response('<html>')],
    ['500', () => new Response(null, { status: 500 })],
    ['a redirect', () => new Response(null, { status: 302, headers: { location: 'https://evil.example' } })],
    ['too much', () => new Response(JSON.stringify({ ...discovery, more: 'x'.repeat(60_000) }))]
  ]
  for (const [says, answer] of answers) {
    const scene = await build(t)
    scene.answer = answer
    const { statusCode, headers } = await scene.app.inject(path)
    t.strictSame([statusCode, headers['retry-after'], headers['cache-control']], [503, '30', undefined], says)
  }
})

t.test('an address that may be left out is left out where it is none', async (t) => {
  const scene = await build(t)
  scene.answer = () => Response.json({ ...discovery, revocation_endpoint: 'http://evil.example', jwks_uri: null })
  const document = (await scene.app.inject(path)).json<object>()
  t.notOk('revocation_endpoint' in document || 'jwks_uri' in document)
})

t.test('an answer that does not come ends with keys.timeout', async (t) => {
  const scene = await build(t, { keys: { timeout: 20 } })
  await scene.app.cognitoAuth.ready()
  scene.answer = async () => new Promise(() => {})
  const answer = scene.app.inject(path)
  assertRefused(t, await answer, 'FST_COGNITO_UNAVAILABLE')
})

t.test('without keys nobody knows which issuer to ask', async (t) => {
  const scene = await build(t, { keys: { timeout: 1 } })
  const app = Fastify()
  t.teardown(() => app.close())
  const fetch = async (): Promise<Response> => new Response(null, { status: 403 })
  await app.register(createPlugin(scene.clock), { userPoolId: 'us-east-1_TestPool1', clientId: 'a', resourceMetadata: { resource, mirror: true }, keys: { fetch } })
  assertRefused(t, await app.inject(path), 'FST_COGNITO_UNAVAILABLE')
  t.strictSame((await app.inject(documentPath)).json<{ authorization_servers: string[] }>().authorization_servers, ['https://api.example.com'])
})
