/** The issuer: one of the two of the pool, to the letter; and with several pools, only the one it names judges. */
import t from 'tap'
import { createTestUserPool } from '../../src/testing/index.js'
import { assertAccepted, assertRefused, createAttackTarget } from '../support/attack.js'

t.test('refuses every other issuer, and asks nobody for its keys', async (t) => {
  const target = await createAttackTarget(t)
  const { pool } = target
  const { issuer } = pool
  const issuers: ReadonlyArray<[iss: unknown, says: string]> = [
    [issuer.replace('TestPool1', 'TestPool2'), 'another pool'], [issuer.replace('us-east-1', 'eu-west-1'), 'another region before'],
    [issuer.replaceAll('us-east-1', 'eu-west-1'), 'another region throughout'], [`${issuer}/`, 'a trailing slash'], [`${issuer}//`, 'two trailing slashes'],
    [issuer.toUpperCase(), 'upper case'], [issuer.replace('https', 'HTTPS'), 'an upper-case scheme'], [issuer.replace('amazonaws', 'AmazonAWS'), 'an upper-case host'],
    [issuer.replace('https', 'http'), 'http'], [issuer.replace('https://', ''), 'no scheme'], [issuer.replace('https://', '//'), 'a relative scheme'],
    [issuer.replace('.com/', '.com:443/'), 'the default port'], [issuer.replace('.com/', '.com./'), 'a host with a final dot'], [issuer.replace('.com/', '.com//'), 'a double slash'],
    [issuer.replace('.com/', '.com/./'), 'a dot segment'], [issuer.replace('.com/', '.com/%75s-east-1/../'), 'a way back up'],
    [issuer.replace('_', '%5F'), 'percent-encoding'], [`${issuer}?a=1`, 'a query'], [`${issuer}#a`, 'a fragment'], [`${issuer}x`, 'a suffix'], [`x${issuer}`, 'a prefix'],
    [`${issuer}.attacker.example`, 'a suffix of a host'], [issuer.replace('.com/', '.com.attacker.example/'), 'a longer host'],
    [issuer.replace('https://', 'https://attacker@'), 'user information'], [`https://attacker.example/${issuer}`, 'the issuer as a path'],
    [issuer.slice(0, -1), 'all but the last character'], [` ${issuer}`, 'a space before'], [`${issuer} `, 'a space after'], [`${issuer}\0`, 'NUL after'], [`${issuer}\n`, 'a newline after'],
    [issuer.replace('cognito-idp', 'issuer-issuer-cognito-idp'), 'the prefix of the other issuer twice'],
    ['', 'empty'], [undefined, 'missing'], [null, 'null'], [7, 'a number'], [[issuer], 'an array'], [[issuer, issuer], 'an array of two'], [{ iss: issuer }, 'an object'],
    ['__proto__', 'the prototype'], ['constructor', 'a member that every object has'], ['https://accounts.google.com', 'another provider']
  ]
  for (const [iss, says] of issuers) {
    await assertRefused(t, target, { says: `access token: ${says}`, token: await target.access({ iss }), reason: 'issuer' })
    await assertRefused(t, target, { says: `ID token: ${says}`, token: await target.id({ iss }), reason: 'issuer' })
  }
  await assertAccepted(t, target, 'the issuer of the pool', await target.access())
})

t.test('accepts both Cognito issuers of the pool', async (t) => {
  const pool = createTestUserPool()
  const target = await createAttackTarget(t, { pool, options: { jwks: await pool.jwks() } })
  const updated = pool.issuer.replace('cognito-idp', 'issuer-cognito-idp')
  for (const iss of [pool.issuer, updated]) {
    await assertAccepted(t, target, `access token of ${iss}`, await target.access({ iss }), { tokenUse: 'access' })
    await assertAccepted(t, target, `ID token of ${iss}`, await target.id({ iss }), { tokenUse: 'id' })
  }
})

t.test('asks at most once per cooldown for the keys of the issuer that the pool does not have', async (t) => {
  const target = await createAttackTarget(t)
  const token = await target.access({ iss: target.pool.issuer.replace('cognito-idp', 'issuer-cognito-idp') })
  const request = { headers: target.pool.authorization(token) }
  // Nobody can say whether such a token is good as long as those keys cannot be had.
  const { statusCode, handled, fetched } = await target.attempt(request)
  t.strictSame({ statusCode, handled, fetches: fetched.length }, { statusCode: 503, handled: 0, fetches: 1 })
  const { fetchCount } = target
  const answers = await Promise.all(Array.from({ length: 50 }, () => target.app.inject({ url: '/attacked', ...request })))
  t.strictSame(new Set(answers.map((answer) => answer.statusCode)), new Set([503]))
  t.equal(target.fetchCount, fetchCount, 'fifty more requests ask nobody')
  await assertAccepted(t, target, 'meanwhile a token of the issuer it has', await target.access())
})

t.test('judges a token by the pool that its issuer names and by no other', async (t) => {
  const one = createTestUserPool({ userPoolId: 'us-east-1_PoolOne1', clientId: 'clientOfOne' })
  const other = createTestUserPool({ userPoolId: 'eu-west-1_PoolTwo2', clientId: 'clientOfTwo' })
  const stranger = createTestUserPool({ userPoolId: 'eu-west-1_Stranger', clientId: 'clientOfOne' })
  const target = await createAttackTarget(t, {
    pool: one,
    options: {
      userPools: [
        { userPoolId: one.userPoolId, clientId: one.clientId, tokenUse: 'access', jwks: await one.jwks() },
        { userPoolId: other.userPoolId, clientId: other.clientId, audience: 'https://api.example.com', jwks: await other.jwks() }
      ]
    }
  })
  const times = target.times()
  const audience = { aud: 'https://api.example.com' }
  await assertAccepted(t, target, 'a token of the first', await one.accessToken(times), { userPoolId: one.userPoolId, clientId: 'clientOfOne' })
  await assertAccepted(t, target, 'a token of the second', await other.accessToken({ ...times, ...audience }), { userPoolId: other.userPoolId, clientId: 'clientOfTwo' })
  await assertAccepted(t, target, 'an ID token of the second', await other.idToken(times), { userPoolId: other.userPoolId, tokenUse: 'id' })
  await assertRefused(t, target, { says: 'the second\'s client in a token of the first', token: await one.accessToken({ ...times, client_id: 'clientOfTwo' }), reason: 'client_id' })
  await assertRefused(t, target, { says: 'the first\'s client in a token of the second', token: await other.accessToken({ ...times, ...audience, client_id: 'clientOfOne' }), reason: 'client_id' })
  await assertRefused(t, target, { says: 'an ID token of the first', token: await one.idToken(times), reason: 'token_use' })
  await assertRefused(t, target, { says: 'a token of the second without its audience', token: await other.accessToken(times), reason: 'audience' })
  await assertRefused(t, target, { says: 'the first\'s issuer, signed by the second', token: await other.accessToken({ ...times, iss: one.issuer, client_id: one.clientId }), reason: 'kid' })
  await assertRefused(t, target, { says: 'a token of a third', token: await stranger.accessToken(times), reason: 'issuer' })
})
