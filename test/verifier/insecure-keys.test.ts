import { once } from 'node:events'
import Fastify from 'fastify'
import t from 'tap'
import cognitoAuth, { createVerifier } from '../../src/index.js'
import type { UserPoolOptions } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { captureLog } from '../support/log-capture.js'

const issuer = 'http://localhost:9229/local_6AbCdEfG'
const jwksUri = 'http://cognito:9229/local_6AbCdEfG/.well-known/jwks.json'
const kit = createTestUserPool()
const published = await kit.jwks()
const insecure: UserPoolOptions = { userPoolId: 'local_6AbCdEfG', clientId: kit.clientId, issuer, jwksUri, allowInsecure: true }
const other: UserPoolOptions = { userPoolId: 'us-east-1_OTHER', clientId: 'b' }
const keys = { fetch: async () => Response.json(published) }

const warning = `allowInsecure: the keys of user pool local_6AbCdEfG come from ${jwksUri} without TLS; whoever is on the way can make tokens. For emulators only`

t.test('the plugin warns of each pool whose keys come without TLS, once, at its registration', async (t) => {
  const log = captureLog()
  const app = Fastify({ logger: log.logger })
  t.teardown(() => app.close())
  await app.register(cognitoAuth, { userPools: [insecure, other], keys })
  const said = log.where('msg', warning)
  t.equal(said.length, 1)
  t.match(said, [{ level: 40, userPoolId: 'local_6AbCdEfG', jwksUri }])
  app.get('/me', { config: { auth: 'required' } }, async ({ user }) => user?.sub)
  const token = await kit.accessToken({ iss: issuer, sub: 'ann' })
  t.equal((await app.inject({ url: '/me', headers: kit.authorization(token) })).body, 'ann', 'and its tokens are accepted')
  t.equal(log.where('msg', warning).length, 1)
})

t.test('of other pools nothing is said', async (t) => {
  const log = captureLog()
  const app = Fastify({ logger: log.logger })
  t.teardown(() => app.close())
  const onLoopback = { ...insecure, jwksUri: 'http://localhost:9229/local_6AbCdEfG/.well-known/jwks.json' }
  await app.register(cognitoAuth, { userPools: [onLoopback, other], keys })
  t.strictSame(log.where('level', 40), [])
})

t.test('createVerifier, which has no log, warns as Node.js does', async (t) => {
  const warned = once(process, 'warning') as Promise<[Error & { code?: string }]>
  const verifier = createVerifier({ ...insecure, keys })
  t.teardown(() => verifier.close())
  const [{ name, code, message }] = await warned
  t.strictSame({ name, code, message }, { name: 'CognitoAuthWarning', code: 'FST_COGNITO_INSECURE_KEYS', message: warning })

  const others: string[] = []
  const listen = ({ message }: Error): void => { others.push(message) }
  process.on('warning', listen)
  createVerifier({ ...other, keys }).close()
  // A warning is emitted in the next tick.
  await new Promise((resolve) => setImmediate(resolve))
  process.off('warning', listen)
  t.strictSame(others, [])
})
