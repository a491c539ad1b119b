/** Pools that are asked for: when, how often, and what an answer is worth. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import t from 'tap'
import type { CognitoUser, ResolvedUserPool } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { createLatch } from '../support/latch.js'
import { assertRefused } from '../support/refusals.js'
import { buildTenants } from '../support/tenants.js'

t.test('the first token of a pool has it asked for, and its tenant is the user\'s', async (t) => {
  const { add, ask, asked, fetched } = await buildTenants(t)
  const pool = add('Acme')
  const answer = await ask(pool)
  t.match(JSON.parse(answer.body), { userPoolId: 'us-east-1_Acme', tenant: 'Acme', clientId: 'clientAcme' })
  t.equal((await ask(pool)).statusCode, 200)
  t.equal((await ask(await pool.idToken())).statusCode, 200)
  t.strictSame(asked, [{ issuer: pool.issuer, userPoolId: 'us-east-1_Acme', region: 'us-east-1' }], 'asked once, with nothing of the token but its issuer')
  t.ok(fetched.every((address) => address.includes('us-east-1_Acme')))
})

t.test('mapUser gets the tenant', async (t) => {
  const { add, ask } = await buildTenants(t, { options: { mapUser: ({ sub, tenant }) => ({ sub, from: tenant }) as never } })
  t.match(JSON.parse((await ask(add('Acme'))).body), { from: 'Acme' })
})

t.test('what the application gives as a tenant stays its own, also where mapUser hands it on', async (t) => {
  class Tenant { readonly plan = { name: 'free' } }
  for (const tenant of [{ plan: { name: 'free' } }, new Tenant()]) {
    for (const mapUser of [(user: CognitoUser) => user, (user: CognitoUser) => ({ ...user, more: [user.tenant] })]) {
      const { add, ask } = await buildTenants(t, { options: { mapUser }, resolve: (known) => (question) => ({ ...known(question), tenant } as ResolvedUserPool) })
      t.equal((await ask(add('Acme'))).statusCode, 200)
      t.strictSame([tenant, tenant.plan].map(Object.isFrozen), [false, false])
    }
  }
})

t.test('a pool that is nobody\'s is refused, without a fetch, and the answer is remembered', async (t) => {
  const { ask, asked, fetched, clock, reason } = await buildTenants(t, { resolver: { unknownAge: 10_000 } })
  const foreign = createTestUserPool({ userPoolId: 'us-east-1_Attacker', clientId: 'clientAttacker' })
  for (let sent = 0; sent < 3; sent++) assertRefused(t, await ask(await foreign.accessToken()), 'FST_COGNITO_TOKEN_INVALID')
  t.equal(reason(), 'issuer')
  t.equal(asked.length, 1)
  clock.pass(10_000)
  assertRefused(t, await ask(await foreign.accessToken()), 'FST_COGNITO_TOKEN_INVALID')
  t.equal(asked.length, 2)
  t.strictSame(fetched, [])
})

t.test('an issuer that has not exactly the form of Cognito\'s is never asked for', async (t) => {
  const { add, ask, asked, fetched, token } = await buildTenants(t)
  const pool = add('Acme')
  const host = 'cognito-idp.us-east-1.amazonaws.com'
  const issuers: unknown[] = [
    `https://${host}.evil.example/us-east-1_Acme`, `https://evil.example/${host}/us-east-1_Acme`, `https://${host}@evil.example/us-east-1_Acme`,
    `https://user@${host}/us-east-1_Acme`, `https://${host}:443/us-east-1_Acme`, `https://${host}:8443/us-east-1_Acme`, `https://${host}%2fus-east-1_Acme`,
    `https://${host}/%2f/us-east-1_Acme`, `https://${host}/x/../us-east-1_Acme`, 'https://COGNITO-IDP.us-east-1.amazonaws.com/us-east-1_Acme',
    `HTTPS://${host}/us-east-1_Acme`, `http://${host}/us-east-1_Acme`, `https://${host}./us-east-1_Acme`, `https://${host}/us-east-1_Acme/`,
    `https://${host}//us-east-1_Acme`, `https://${host}/us-east-1_Acme?x`, `https://${host}/us-east-1_Acme#x`, ` https://${host}/us-east-1_Acme`,
    `https://${host}/us-east-1_Acme\u0000`, `https://${host}/us-east-1_Acm\u0435`, `https://${host}/us-east-1_`, `https://${host}/us-west-2_Acme`,
    'https://cognito-idp.us-east-1.amazonaws.com.cn/us-east-1_Acme', `https://${host}/../us-east-1_Acme`, 'us-east-1_Acme', '', [`https://${host}/us-east-1_Acme`], 7, null, undefined
  ]
  for (const iss of issuers) assertRefused(t, await ask(await token(pool, { iss })), 'FST_COGNITO_TOKEN_INVALID')
  t.strictSame(asked, [])
  t.strictSame(fetched, [])
})

t.test('nor is one of a token that has ended, is no RS256, or is no token', async (t) => {
  const { add, ask, asked, token, clock } = await buildTenants(t)
  const pool = add('Acme')
  const now = Math.floor(clock.now() / 1000)
  const good = await token(pool)
  const [, payload = '', signature = ''] = good.split('.')
  const none = Buffer.from('{"alg":"none","kid":"x"}').toString('base64url')
  for (const bad of [await token(pool, { iat: now - 7_200, exp: now - 60 }), await token(pool, { exp: '9999999999' }), await token(pool, { exp: undefined }), `${none}.${payload}.${signature}`, `${good}.x`, 'garbage']) {
    assertRefused(t, await ask(bad), 'FST_COGNITO_TOKEN_INVALID')
  }
  t.strictSame(asked, [])
})

t.test('further forms of issuers are those of the options, and the address of the keys is the answer\'s', async (t) => {
  const { add, ask, asked, fetched, token } = await buildTenants(t, {
    resolver: { issuerForms: ['http://localhost:9229/{userPoolId}'] },
    resolve: () => ({ userPoolId }) => ({ userPoolId, clientId: 'clientDev', issuer: `http://localhost:9229/${userPoolId}`, jwksUri: 'http://127.0.0.1:9/keys' })
  })
  const pool = add('Dev')
  const iss = 'http://localhost:9229/local_Dev'
  t.equal((await ask(await token(pool, { iss }))).statusCode, 503, 'nobody is at that address')
  t.strictSame(asked, [{ issuer: 'http://localhost:9229/local_Dev', userPoolId: 'local_Dev', region: null }])
  t.strictSame(new Set(fetched), new Set(['http://127.0.0.1:9/keys']))
  for (const other of ['http://localhost:9229/local Dev', 'http://evil.host:9229/local_Dev', 'http://localhost:9229/x/local_Dev', 'http://localhost:9229/local_Dev/']) {
    assertRefused(t, await ask(await token(pool, { iss: other })), 'FST_COGNITO_TOKEN_INVALID')
  }
  t.equal(asked.length, 1)
  t.equal((await ask(await token(pool, { iss: 'http://localhost:9229/eu-west-1_Dev' }))).statusCode, 503)
  t.equal(asked[1]?.region, 'eu-west-1')
})

t.test('an answer that is no pool, or another pool, is an outage and never a key set', async (t) => {
  const answers: unknown[] = [
    { userPoolId: 'us-east-1_Other', clientId: 'x' }, { clientId: 'x' }, { userPoolId: 'us-east-1_Acme' }, {}, undefined, true, 'us-east-1_Acme', [], { userPoolId: 'us-east-1_Acme', clientId: 'x', roles: {} },
    { userPoolId: 'us-east-1_Acme', clientId: 'x', issuer: 'https://elsewhere.example' },
    { userPoolId: 'us-east-1_Acme', clientId: 'x', issuer: ['https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Acme', 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Other'] },
    { userPoolId: 'us-east-1_Acme', clientId: 'x', issuer: ['https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Acme', 'https://elsewhere.example'] }, { userPoolId: 'us-east-1_Acme', clientId: 'x', jwksUri: 'http://evil.example' }
  ]
  for (const answer of answers) {
    const { add, ask, fetched, reason } = await buildTenants(t, { resolve: () => () => answer as ResolvedUserPool })
    assertRefused(t, await ask(add('Acme')), 'FST_COGNITO_UNAVAILABLE')
    t.equal(reason(), 'resolve_pool')
    t.strictSame(fetched, [], JSON.stringify(answer))
  }
})

t.test('a function that throws, at once or later, is an outage, and is asked again by the next request', async (t) => {
  for (const fail of [() => { throw new Error('down') }, async () => Promise.reject(new Error('down'))]) {
    let isDown = true
    const { add, ask, log } = await buildTenants(t, { resolve: (known) => (question) => (isDown ? fail() : known(question)) })
    const pool = add('Acme')
    assertRefused(t, await ask(pool), 'FST_COGNITO_UNAVAILABLE')
    t.match(log.where('reason', 'resolve_pool').at(-1), { level: 50, err: { message: 'down' } })
    isDown = false
    t.equal((await ask(pool)).statusCode, 200)
  }
})

t.test('a function that never answers is left after the timeout, with its signal aborted; what it says later counts for nothing', async (t) => {
  const late = createLatch()
  const signals: AbortSignal[] = []
  const { add, ask, asked } = await buildTenants(t, {
    resolver: { timeout: 200 },
    resolve: (known) => async (question, { signal }) => {
      signals.push(signal)
      if (signals.length === 1) await late.opened
      return signals.length === 1 ? known(question) : null
    }
  })
  const pool = add('Acme')
  const answer = ask(pool)
  const again = ask(pool)
  assertRefused(t, await answer, 'FST_COGNITO_UNAVAILABLE')
  assertRefused(t, await again, 'FST_COGNITO_UNAVAILABLE')
  t.equal(asked.length, 1, 'both waited for one question')
  t.equal(signals[0]?.aborted, true)
  late.open()
  await nextTurn()
  assertRefused(t, await ask(pool), 'FST_COGNITO_TOKEN_INVALID')
})

t.test('a hundred tokens of a new pool are one question', async (t) => {
  const gate = createLatch()
  const { add, ask, asked, token } = await buildTenants(t, {
    resolve: (known) => async (question) => {
      await gate.opened
      return known(question)
    }
  })
  const pool = add('Acme')
  const tokens = await Promise.all(Array.from({ length: 100 }, (_, index) => token(pool, { sub: `user-${index}` })))
  const answers = Promise.all(tokens.map((one) => ask(one)))
  while (asked.length === 0) await nextTurn()
  gate.open()
  t.strictSame(new Set((await answers).map(({ statusCode }) => statusCode)), new Set([200]))
  t.equal(asked.length, 1)
})
