/** The tokens of a user pool in every shape that AWS documents, each accepted as the user it is about. */
import t from 'tap'
import { isUsableSigningKey } from '../../src/keys/jwk.js'
import type { CognitoAuthError, CognitoUser, Verifier } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { createVerifierWithClock } from '../../src/verifier/verifier.js'
import { listFixtures, readFixture } from '../support/fixtures.js'
import { createTestClock } from '../support/test-clock.js'

const pool = createTestUserPool({ userPoolId: 'us-east-1_EXAMPLE01', clientId: '1example23456789' })
const clock = createTestClock(1_780_000_000_000)
const jwks = await pool.jwks()
const verifier = createVerifierWithClock({
  userPoolId: pool.userPoolId, clientId: pool.clientId, jwks, roles: { Admins: 'Admin', Auditors: 'Auditor' }, defaultRole: 'Operator'
}, clock)

const jane = 'a1b2c3d4-1111-4222-8333-444455556666'
const common = { sub: jane, email: null, groups: [], scopes: [], role: 'Operator', clientId: '1example23456789', userPoolId: 'us-east-1_EXAMPLE01' }
const id = { ...common, tokenUse: 'id', username: 'jane', email: 'jane@example.com' } as const
const access = { ...common, tokenUse: 'access', username: 'jane' } as const
const machine = { ...common, tokenUse: 'access', sub: '1example23456789', username: null } as const

const users: Readonly<Record<string, Omit<CognitoUser, 'claims'>>> = {
  'id-token.json': { ...id, groups: ['Admins', 'eu-customers'], role: 'Admin' },
  'access-token.json': {
    ...access, groups: ['Admins', 'eu-customers'], role: 'Admin', scopes: ['phone', 'openid', 'profile', 'email', 'files/read', 'files/write']
  },
  'sign-in-access-token.json': { ...access, username: jane, scopes: ['aws.cognito.signin.user.admin'] },
  'machine-token.json': { ...machine, scopes: ['files/read', 'files/write'] },
  'federated-id-token.json': {
    ...id, sub: 'b2c3d4e5-2222-4333-8444-555566667777', username: 'Google_100000000000000000001', groups: ['us-east-1_EXAMPLE01_Google']
  },
  'trigger-access-token.json': { ...access, email: 'jane@example.com', groups: ['Auditors'], role: 'Auditor', scopes: ['openid', 'files/read'] },
  'trigger-machine-token.json': { ...machine, scopes: ['files/read'] },
  'escaped-slashes-id-token.json': id,
  'updated-issuer-access-token.json': { ...access, scopes: ['openid'] },
  'updated-issuer-id-token.json': id,
  'old-access-token.json': { ...access, scopes: ['aws.cognito.signin.user.admin'] },
  'old-id-token.json': id,
  'resource-bound-access-token.json': { ...access, scopes: ['openid', 'files/read'] }
}

async function reasonFor (payload: string, judge: Verifier = verifier): Promise<string | null> {
  const token = await pool.sign({ payload })
  return judge.verify(token).then(() => null, (error: CognitoAuthError) => error.reason)
}

t.test('knows the user of every fixture', async (t) => {
  t.strictSame(Object.keys(users).sort(), listFixtures('claims'))
})

for (const name of listFixtures('claims')) {
  t.test(`accepts ${name}`, async (t) => {
    const payload = readFixture(`claims/${name}`)
    const { claims, ...user } = await verifier.verify(await pool.sign({ payload }))
    t.strictSame(user, users[name])
    t.strictSame(claims, JSON.parse(payload), 'every claim is there, as the trigger or Cognito wrote it')
    t.ok(Object.isFrozen(claims))
    for (const [claim, value] of Object.entries(claims)) if (typeof value === 'object') t.ok(Object.isFrozen(value), `${claim} is frozen`)
  })

  t.test(`refuses ${name} of another pool, client, kind or day`, async (t) => {
    const payload = readFixture(`claims/${name}`)
    t.equal(await reasonFor(payload.replace('_EXAMPLE01"', '_EXAMPLE02"')), 'issuer')
    t.equal(await reasonFor(payload.replace(/("(?:aud|client_id)": ?)"1example23456789"/g, '$1"2example23456789"')), 'client_id')
    t.equal(await reasonFor(payload.replace(/("token_use": ?)"\w+"/, '$1"refresh"')), 'token_use')
    t.equal(await reasonFor(payload.replaceAll('17800', '17799')), 'expired')
    t.equal(await reasonFor(payload.replaceAll('17800', '17801')), 'issued_at')
    t.equal(await reasonFor(payload.replace('{', '{"cnf":{"jkt":"x"},')), 'confirmation')
  })
}

t.test('accepts a resource-bound token where its resource is asked for, and no other', async (t) => {
  const bound = createVerifierWithClock({ userPoolId: pool.userPoolId, clientId: pool.clientId, jwks, audience: 'https://files.example.com' }, clock)
  t.match(await bound.verify(await pool.sign({ payload: readFixture('claims/resource-bound-access-token.json') })), { sub: jane })
  for (const name of ['access-token.json', 'trigger-access-token.json', 'machine-token.json']) {
    t.equal(await reasonFor(readFixture(`claims/${name}`), bound), 'audience', name)
  }
})

t.test('finds public keys and nothing private in the key sets', async (t) => {
  for (const name of listFixtures('key-sets')) {
    const { keys } = JSON.parse(readFixture(`key-sets/${name}`)) as { keys: unknown[] }
    t.ok(keys.length > 0 && keys.every(isUsableSigningKey), name)
    t.notMatch(readFixture(`key-sets/${name}`), /"(?:d|p|q|dp|dq|qi|k)"|PRIVATE/, name)
  }
})
