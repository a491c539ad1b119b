import t from 'tap'
import { readPluginOptions, readVerifierOptions } from '../../src/options/read-options.js'
import type { UserPoolSettings } from '../../src/claims/user-pool-settings.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { assertOptionRefused, notAnObject, notAString, onePool } from '../support/option-cases.js'
import type { BadValue } from '../support/option-cases.js'

const unset = 'a value, or the option left out'
const host = 'cognito-idp.us-east-1.amazonaws.com/us-east-1_EXAMPLE01'
const bothIssuers = [`https://${host}`, `https://issuer-${host}`]

function poolOf (options: object): UserPoolSettings | undefined {
  return readVerifierOptions({ ...onePool, ...options }).userPools[0]
}

/** Every bad value of an option of a pool, alone and inside userPools. */
function assertAllRefused (t: Parameters<typeof assertOptionRefused>[0], name: string, expected: string, values: readonly BadValue[], base: object = onePool): void {
  for (const [value, got] of values) {
    const why = value === undefined ? unset : expected
    assertOptionRefused(t, { options: { ...base, [name]: value }, path: name, expected: why, got })
    assertOptionRefused(t, { options: { userPools: [{ ...base, [name]: value }] }, path: `userPools[0].${name}`, expected: why, got })
  }
}

t.test('a pool id and a client are enough', async (t) => {
  const pool = poolOf({})
  t.match(pool, {
    userPoolId: 'us-east-1_EXAMPLE01', clientIds: ['1example23456789'], tokenUses: ['access', 'id'], audiences: null, issuers: bothIssuers
  })
  for (const issuer of bothIssuers) t.strictSame(pool?.keyOrigin(issuer), { jwksUri: `${issuer}/.well-known/jwks.json` })
})

t.test('a user pool id has its form', async (t) => {
  assertAllRefused(t, 'userPoolId', 'a user pool id such as "us-east-1_EXAMPLE01"', [
    ...notAString, [['us-east-1_A'], 'an array'], ['us-east-1', '"us-east-1"'], ['us-east-1_A/x', '"us-east-1_A/x"'], ['us-east-1_A ', '"us-east-1_A "']
  ])
  assertOptionRefused(t, { options: { clientId: 'a' }, path: 'userPoolId', expected: 'a user pool id such as "us-east-1_EXAMPLE01"', got: 'undefined' })
  assertOptionRefused(t, { options: {}, path: 'userPoolId', expected: 'a user pool id such as "us-east-1_EXAMPLE01"', got: 'undefined' })
})

t.test('an id without a region needs an issuer', async (t) => {
  assertAllRefused(t, 'userPoolId', 'an id that begins with an AWS region, or the option "issuer" beside it', [['local_6AbC', '"local_6AbC"']])
  const issuer = 'http://127.0.0.1:9229/local_6AbC'
  t.match(poolOf({ userPoolId: 'local_6AbC', issuer }), { issuers: [issuer] })
})

const client = 'an app client id (1 to 128 letters, digits, "_" or "+")'

t.test('an app client id has its form, or several do', async (t) => {
  t.strictSame(poolOf({ clientId: ['a', 'B_2+', 'c'.repeat(128)] })?.clientIds, ['a', 'B_2+', 'c'.repeat(128)])
  assertAllRefused(t, 'clientId', `${client}, or an array of these`, [
    ...notAString, ['a b', '"a b"'], ['a-b', '"a-b"'], ['d'.repeat(129), `"${'d'.repeat(80)}…"`], ['a\n', '"a\\n"'], ['*', '"*"']
  ])
  assertAllRefused(t, 'clientId', `${client}, or a non-empty array of these`, [[[], 'an empty array']])
  assertOptionRefused(t, { options: { userPoolId: 'us-east-1_A' }, path: 'clientId', expected: `${client}, or an array of these`, got: 'undefined' })
  assertOptionRefused(t, { options: { ...onePool, clientId: ['a', '*'] }, path: 'clientId[1]', expected: client, got: '"*"' })
  assertOptionRefused(t, { options: { ...onePool, clientId: ['a', 'a'] }, path: 'clientId[1]', expected: 'each value once', got: '"a"' })
})

t.test('the kinds of token are "access" and "id"', async (t) => {
  t.strictSame(poolOf({ tokenUse: 'id' })?.tokenUses, ['id'])
  t.strictSame(poolOf({ tokenUse: ['id', 'access'] })?.tokenUses, ['id', 'access'])
  assertAllRefused(t, 'tokenUse', '"access" or "id", or an array of these', [...notAString, ['refresh', '"refresh"'], ['ID', '"ID"']])
  assertOptionRefused(t, { options: { ...onePool, tokenUse: ['id', 'x'] }, path: 'tokenUse[1]', expected: '"access" or "id"', got: '"x"' })
  assertOptionRefused(t, { options: { ...onePool, tokenUse: ['id', 'id'] }, path: 'tokenUse[1]', expected: 'each value once', got: '"id"' })
})

t.test('an audience is a non-empty string, or several', async (t) => {
  t.strictSame(poolOf({ audience: 'https://api.example' })?.audiences, ['https://api.example'])
  t.strictSame(poolOf({ audience: ['a', 'b'] })?.audiences, ['a', 'b'])
  assertAllRefused(t, 'audience', 'a non-empty string, or an array of these', notAString)
  assertAllRefused(t, 'audience', 'a non-empty string, or a non-empty array of these', [[[], 'an empty array']])
})

t.test('an audience is asked of all or of users, and only where there is one', async (t) => {
  t.equal(poolOf({})?.audienceOf, 'all')
  t.equal(poolOf({ audienceOf: 'all' })?.audienceOf, 'all')
  t.equal(poolOf({ audience: 'a', audienceOf: 'users' })?.audienceOf, 'users')
  assertAllRefused(t, 'audienceOf', '"all" or "users"', [...notAString, ['machines', '"machines"'], ['Users', '"Users"'], [['users'], 'an array']])
  assertAllRefused(t, 'audienceOf', 'the option "audience" beside it, since none is asked for', [['users', '"users"']])
})

t.test('an issuer is an absolute http or https URL, or several, in place of those of the pool', async (t) => {
  t.strictSame(poolOf({ issuer: 'https://a.example' })?.issuers, ['https://a.example'])
  t.strictSame(poolOf({ issuer: ['https://a.example', 'http://localhost:1/p'] })?.issuers, ['https://a.example', 'http://localhost:1/p'])
  assertAllRefused(t, 'issuer', 'an absolute http or https URL, or an array of these', [
    ...notAString, ['a.example', '"a.example"'], ['/a', '"/a"'], ['ftp://a.example', '"ftp://a.example"'], ['javascript:1', '"javascript:1"']
  ])
})

const address = 'an https URL, or an http URL on a loopback host'
const addressOrPermission = `${address}, or "allowInsecure" beside it for an emulator`

t.test('keys come over https, or over http from this machine', async (t) => {
  const good = [
    'https://keys.example/jwks.json', 'http://localhost:9229/jwks', 'http://127.0.0.1/jwks', 'http://127.8.9.10:1/jwks', 'http://[::1]:9229/jwks', 'http://2130706433/'
  ]
  for (const jwksUri of good) t.strictSame(poolOf({ jwksUri })?.keyOrigin('any'), { jwksUri }, jwksUri)
  t.strictSame(poolOf({ jwksUri: new URL('https://keys.example/a b') })?.keyOrigin('any'), { jwksUri: 'https://keys.example/a%20b' })
  const bad: BadValue[] = [
    ...notAString.filter(([value]) => typeof value !== 'object' || value === null), [{ href: 'https://a.example' }, 'an object'], ['keys.example', '"keys.example"'],
    ...['ftp://localhost/', 'file:///etc/jwks.json', 'data:application/json,{}'].map((value) => [value, JSON.stringify(value)] as const)
  ]
  assertAllRefused(t, 'jwksUri', address, bad)
  assertAllRefused(t, 'jwksUri', addressOrPermission, [
    'http://keys.example/', 'http://10.0.0.1/', 'http://127.0.0.1.example/', 'http://localhost.example/', 'http://0.0.0.0/', 'http://[::ffff:127.0.0.1]/'
  ].map((value) => [value, JSON.stringify(value)] as const))
  assertOptionRefused(t, { options: { ...onePool, jwksUri: new URL('http://keys.example/') }, path: 'jwksUri', expected: addressOrPermission, got: '"http://keys.example/"' })
})

t.test('credentials in the address of the keys are refused and not shown', async (t) => {
  for (const jwksUri of ['https://name@keys.example/', 'https://:secret@keys.example/', new URL('https://name:secret@keys.example/')]) {
    assertOptionRefused(t, { options: { ...onePool, jwksUri }, path: 'jwksUri', expected: `${address}, without credentials`, got: '"a URL with credentials"' })
  }
})

t.test('an issuer on another host without TLS needs an address of its own for the keys', async (t) => {
  const issuer = 'http://cognito.internal/pool'
  assertOptionRefused(t, { options: { ...onePool, issuer }, path: 'issuer', expected: address, got: `"${issuer}/.well-known/jwks.json"` })
  t.strictSame(poolOf({ issuer, jwksUri: 'https://keys.example/' })?.keyOrigin(issuer), { jwksUri: 'https://keys.example/' })
})

t.test('static keys are usable keys, copied, in place of an address', async (t) => {
  const jwks = await createTestUserPool().jwks()
  const [first] = jwks.keys
  const origin = poolOf({ jwks: { keys: [{ kty: 'EC', kid: 'ec' }, first, 'no key', null] } })?.keyOrigin('any')
  t.strictSame(origin, { jwks: { keys: [first] } }, 'those of another kind are left out')
  const expected = 'a JSON Web Key Set with at least one RSA signing key of 2048 bits or more'
  assertAllRefused(t, 'jwks', expected, [...notAnObject, [{}, 'an object'], [{ keys: {} }, 'an object'], [jwks.keys, 'an array']])
  for (const [keys, got] of [[[], 'an empty array'], [[{ kty: 'EC' }], 'an array'], [[{ ...first, n: 'AQAB' }], 'an array']] as const) {
    assertOptionRefused(t, { options: { ...onePool, jwks: { keys } }, path: 'jwks.keys', expected, got })
  }
  assertOptionRefused(t, { options: { ...onePool, jwks, jwksUri: 'https://a.example' }, path: 'jwks', expected: 'either "jwks" or "jwksUri", not both', got: 'an object' })
})

t.test('several pools are a non-empty array, each with issuers of its own', async (t) => {
  const other = { userPoolId: 'eu-west-1_OTHER', clientId: 'b' }
  t.strictSame(readPluginOptions({ userPools: [onePool, other] }).verifier.userPools.map(({ userPoolId }) => userPoolId), ['us-east-1_EXAMPLE01', 'eu-west-1_OTHER'])
  for (const [value, got] of [[[], 'an empty array'], [null, 'null'], ['x', '"x"']] as const) {
    assertOptionRefused(t, { options: { userPools: value }, path: 'userPools', expected: 'a non-empty array', got })
  }
  for (const [value, got] of notAnObject) {
    assertOptionRefused(t, { options: { userPools: [onePool, value] }, path: 'userPools[1]', expected: 'an object', got })
  }
  assertOptionRefused(t, { options: { userPools: new Array(1) }, path: 'userPools[0]', expected: 'an object', got: 'undefined' })
  const twice = { path: 'userPools[1].issuer', expected: 'each issuer in one pool only', got: `"https://${host}"` }
  assertOptionRefused(t, { options: { userPools: [onePool, onePool] }, ...twice })
  assertOptionRefused(t, { options: { userPools: [onePool, { ...other, issuer: `https://${host}` }] }, ...twice })
})
