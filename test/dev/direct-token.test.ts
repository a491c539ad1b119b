import t from 'tap'
import { createVerifier } from '../../src/index.js'
import { rejectionOf } from '../support/rejection.js'
import { machineClient, payloadOf, startPool, webClient } from './support/pool.js'

t.test('gives what a sign-in would give, and what is asked for instead', async (t) => {
  const pool = await startPool(t, {
    users: [{ username: 'ada', sub: 'a-sub', email: 'ada@lovelace.example', groups: ['Authors'], attributes: { 'custom:tenant': 'acme' } }],
    lifetimes: { access: 300, id: 600 }
  })
  const verifier = createVerifier(pool.options)
  const access = await pool.token({ subject: 'ada' })
  t.match(payloadOf(access), { sub: 'a-sub', username: 'ada', client_id: webClient, 'cognito:groups': ['Authors'] })
  t.equal(Number(payloadOf(access).exp) - Number(payloadOf(access).iat), 300)
  const id = await pool.token({ subject: 'ada', tokenUse: 'id', groups: [] })
  t.match(payloadOf(id), { aud: webClient, 'custom:tenant': 'acme', email: 'ada@lovelace.example' })
  t.equal(Number(payloadOf(id).exp) - Number(payloadOf(id).iat), 600)
  t.match(await verifier.verify(id), { groups: [], email: 'ada@lovelace.example' })
  t.match(await verifier.verify(await pool.token({ subject: 'ada', groups: ['Admins'], scopes: ['files/read'], clientId: webClient })), { groups: ['Admins'], scopes: ['files/read'] })
  t.match(await verifier.verify(await pool.token({ subject: machineClient })), { username: null, scopes: ['files/read', 'files/write'] })
})

t.test('a user whose email address is not verified is one to the application as well', async (t) => {
  const attributes = { email_verified: 'false', phone_number_verified: 'true', 'custom:email_verified': 'false' }
  const pool = await startPool(t, { users: [{ username: 'ada', attributes }] })
  const claims = payloadOf(await pool.token({ subject: 'ada', tokenUse: 'id' }))
  t.strictSame([claims.email_verified, claims.phone_number_verified, claims['custom:email_verified']], [false, true, 'false'])
})

t.test('an expired token has expired, and nothing else is wrong with it', async (t) => {
  const pool = await startPool(t)
  const verifier = createVerifier(pool.options)
  for (const token of [await pool.token({ subject: 'bob', expiresIn: -60 }), await pool.token({ subject: machineClient, expiresIn: -86_400 })]) {
    t.match(await rejectionOf(verifier.verify(token)), { code: 'FST_COGNITO_TOKEN_EXPIRED', reason: 'expired' })
  }
  t.match(await verifier.verify(await pool.token({ subject: 'bob', expiresIn: 60 })), { username: 'bob' })
})

t.test('a sign-in can be long ago, where a rule has a maxAge', async (t) => {
  const pool = await startPool(t)
  for (const [signedInAgo, ago] of [[undefined, 0], [3_600, 3_600]] as const) {
    const { iat, auth_time: at } = payloadOf(await pool.token({ subject: 'bob', ...(signedInAgo === undefined ? {} : { signedInAgo }) }))
    t.equal(Number(iat) - Number(at), ago)
  }
})

t.test('refuses what the pool does not have, by the option', async (t) => {
  const pool = await startPool(t)
  const bad = [
    ['subject', { subject: '' }], ['subject', { subject: 'dave' }], ['subject', { subject: webClient }], ['clientId', { subject: 'bob', clientId: 'another' }],
    ['tokenUse', { subject: 'bob', tokenUse: 'refresh' }], ['groups', { subject: 'bob', groups: 'Admins' }], ['scopes', { subject: 'bob', scopes: [''] }],
    ['expiresIn', { subject: 'bob', expiresIn: 86_401 }], ['expiresIn', { subject: 'bob', expiresIn: '1h' }],
    ['signedInAgo', { subject: 'bob', signedInAgo: -1 }], ['admin', { subject: 'bob', admin: true }]
  ] as const
  for (const [name, options] of bad) {
    // What a script sends is not compiled.
    const refusal = await rejectionOf(pool.token(options as unknown as { subject: string }))
    t.match(refusal, { code: 'FST_COGNITO_OPTIONS_INVALID', message: new RegExp(`"${name}"`) }, JSON.stringify(options))
  }
})

t.test('without a client for users there is no token of a user', async (t) => {
  const pool = await startPool(t, { clients: [{ clientId: 'machine', secret: 'x', grant: 'client_credentials', scopes: ['a/b'] }] })
  t.match(await rejectionOf(pool.token({ subject: 'bob' })), { message: /clientId/ })
})
