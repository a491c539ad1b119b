import t from 'tap'
import Fastify from 'fastify'
import cognitoAuth from '../../src/index.js'
import { readPluginOptions, readVerifierOptions } from '../../src/options/read-options.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { assertOptionRefused, notAnObject, onePool } from '../support/option-cases.js'

const poolNames = ['userPoolId', 'clientId', 'tokenUse', 'audience', 'audienceOf', 'issuer', 'jwksUri', 'allowInsecure', 'jwks']
const sharedNames = ['roles', 'defaultRole', 'clockTolerance', 'issuedAtTolerance', 'mapUser', 'maxTokenLength', 'cache', 'keys']
const requestNames = ['defaultAuth', 'publicRoutes', 'getToken', 'isRevoked', 'realm', 'log', 'resourceMetadata']
const unknown = (known: readonly string[]): string => `no option of this name; known are ${known.join(', ')}`
const unset = 'a value, or the option left out'

t.test('an option of another name is refused at every level, a misspelt one too', async (t) => {
  const one = unknown([...poolNames, ...sharedNames, ...requestNames])
  const several = unknown(['userPools', ...sharedNames, ...requestNames])
  const pool = unknown(poolNames)
  const table: ReadonlyArray<[options: object, path: string, expected: string]> = [
    [{ ...onePool, clientID: 'x' }, 'clientID', one],
    [{ ...onePool, 'Clientid ': 'x' }, 'Clientid ', one],
    [{ ...onePool, region: 'x' }, 'region', one],
    [{ ...onePool, secret: 'x' }, 'secret', one],
    [JSON.parse('{"userPoolId":"us-east-1_A","clientId":"a","__proto__":"x"}') as object, '__proto__', one],
    [{ ...onePool, constructor: 'x' }, 'constructor', one],
    [{ userPools: [onePool], issuers: 'x' }, 'issuers', several],
    [{ userPools: [onePool, { userPoolId: 'us-east-1_B', clientId: 'b', roles: 'x' }] }, 'userPools[1].roles', pool],
    [{ userPools: [{ ...onePool, userpoolid: 'x' }] }, 'userPools[0].userpoolid', pool],
    [{ ...onePool, cache: { maxEntry: 'x' } }, 'cache.maxEntry', unknown(['maxEntries', 'maxAge'])],
    [{ ...onePool, keys: { refreshafter: 'x' } }, 'keys.refreshafter', unknown(['refreshAfter', 'maxStale', 'cooldown', 'timeout', 'maxBytes', 'fetch'])],
    [{ ...onePool, resourceMetadata: { resource: 'https://a.example', scope: 'x' } }, 'resourceMetadata.scope', unknown(['resource', 'scopes', 'name', 'documentation', 'authorizationServers', 'mirror'])],
    [{ ...onePool, resourceMetadata: [{ resource: 'https://a.example', uri: 'x' }] }, 'resourceMetadata[0].uri', unknown(['resource', 'scopes', 'name', 'documentation', 'authorizationServers', 'mirror'])]
  ]
  for (const [options, path, expected] of table) assertOptionRefused(t, { options, path, expected, got: '"x"' })
})

t.test('an option that is present but undefined is refused at every level: it is a missing setting', async (t) => {
  for (const name of [...poolNames.slice(2), ...sharedNames, ...requestNames]) {
    assertOptionRefused(t, { options: { ...onePool, [name]: undefined }, path: name, expected: unset, got: 'undefined' })
  }
  for (const name of ['userPoolId', 'clientId']) {
    assertOptionRefused(t, { options: { ...onePool, [name]: undefined }, path: name, expected: unset, got: 'undefined' })
    assertOptionRefused(t, { options: { userPools: [{ ...onePool, [name]: undefined }] }, path: `userPools[0].${name}`, expected: unset, got: 'undefined' })
  }
  assertOptionRefused(t, { options: { userPools: undefined }, path: 'userPools', expected: unset, got: 'undefined' })
  assertOptionRefused(t, { options: { ...onePool, cache: { maxAge: undefined } }, path: 'cache.maxAge', expected: unset, got: 'undefined' })
  assertOptionRefused(t, { options: { ...onePool, keys: { fetch: undefined } }, path: 'keys.fetch', expected: unset, got: 'undefined' })
})

t.test('options that are no object literal are refused', async (t) => {
  for (const [options, got] of notAnObject) {
    assertOptionRefused(t, { options, path: 'options', expected: 'an object with userPoolId and clientId, or with userPools', got })
  }
})

t.test('the options of a pool stand inside userPools or outside, not both', async (t) => {
  for (const name of poolNames) {
    assertOptionRefused(t, {
      options: { userPools: [onePool], [name]: 'x' },
      path: name,
      expected: 'the options of a pool inside "userPools", since that option is used',
      got: '"x"'
    })
  }
})

t.test('what register adds to the options of every plugin is no option of this one', async (t) => {
  t.ok(readPluginOptions({ ...onePool, prefix: '/api', logLevel: 'warn', logSerializers: {} }))
  const pool = createTestUserPool()
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(cognitoAuth, { ...pool.options, prefix: '/api', logLevel: 'warn' })
  t.ok(app.cognitoAuth)
})

t.test('a verifier without requests refuses the options that concern them', async (t) => {
  t.ok(readVerifierOptions(onePool))
  for (const name of [...requestNames, 'prefix', 'logLevel']) {
    t.throws(() => readVerifierOptions({ ...onePool, [name]: 'x' }), {
      code: 'FST_COGNITO_OPTIONS_INVALID',
      message: `fastify-cognito-auth: option "${name}" is invalid: expected ${unknown([...poolNames, ...sharedNames])}, got "x"`
    }, name)
  }
})

t.test('a bad option rejects the registration', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close().catch(() => {}))
  const hostile = { ...onePool, clientID: 'x' }
  await t.rejects(async () => { await app.register(cognitoAuth, hostile) }, { code: 'FST_COGNITO_OPTIONS_INVALID', message: /option "clientID" is invalid/ })
})
