/** A token does not choose the key it is checked with: neither by a header that brings one, nor by its `kid`. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sign } from 'node:crypto'
import t from 'tap'
import { createKeyRing } from '../../src/testing/key-pairs.js'
import { assertAccepted, assertRefused, createAttackTarget } from '../support/attack.js'

const target = await createAttackTarget(t)
const { pool } = target
const { kid } = await pool.header()
// Another key than those of the pool; the key material of test pools is told apart by its number alone.
const attacker = await createKeyRing('us-east-1_Attacker1')(7)

async function signByAttacker (header: object, claims: object = {}): Promise<string> {
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
  const payload = { ...target.times(), iss: pool.issuer, sub: 'attacker', client_id: pool.clientId, token_use: 'access', ...claims }
  const signingInput = `${encode(header)}.${encode(payload)}`
  return `${signingInput}.${sign('sha256', Buffer.from(signingInput), attacker.privateKey).toString('base64url')}`
}

// By the clock of the target, which stands still, so that no token comes from its future however slow the machine is.
async function signWith (header: object): Promise<string> {
  const [, payload = ''] = (await target.access()).split('.')
  return pool.sign({ header, payload: Buffer.from(payload, 'base64url').toString() })
}

t.test('follows no key that a header brings or points to', async (t) => {
  const requested: string[] = []
  const server = createServer((request, response) => {
    requested.push(String(request.url))
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ keys: [{ ...attacker.jwk, kid }] }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  t.equal((await fetch(origin)).status, 200, 'the key set of the attacker can be had')
  t.equal(requested.length, 1)

  const members: Record<string, unknown> = {
    jwk: { ...attacker.jwk, kid },
    jku: `${origin}/jwks.json`,
    x5u: `${origin}/cert.pem`,
    x5c: [Buffer.from('certificate').toString('base64')],
    x5t: 'thumbprint',
    iss: origin,
    jwks: { keys: [attacker.jwk] },
    jwks_uri: `${origin}/jwks.json`
  }
  for (const [name, value] of Object.entries(members)) {
    await assertRefused(t, target, { says: `${name}, the kid of the pool`, token: await signByAttacker({ kid, alg: 'RS256', [name]: value }), reason: 'signature' })
    await assertRefused(t, target, { says: `${name}, no kid`, token: await signByAttacker({ alg: 'RS256', [name]: value }), reason: 'kid' })
    await assertRefused(t, target, { says: `${name}, a kid of its own`, token: await signByAttacker({ kid: attacker.kid, alg: 'RS256', [name]: value }), reason: 'kid', fetches: 1 })
    const byPool = await pool.sign({ header: { kid, alg: 'RS256', [name]: value }, payload: { ...target.times(), iss: pool.issuer, sub: 'user', client_id: pool.clientId, token_use: 'access' } })
    await assertAccepted(t, target, `${name} beside a signature by the pool`, byPool, { sub: 'user' })
  }
  await assertRefused(t, target, { says: 'an issuer of its own', token: await signByAttacker({ kid: attacker.kid, alg: 'RS256' }, { iss: origin }), reason: 'issuer' })
  t.equal(requested.length, 1, 'and nobody asked the server of the attacker')
})

t.test('fetches nothing for a kid that cannot be one', async (t) => {
  const kids: ReadonlyArray<[kid: unknown, says: string]> = [
    [undefined, 'missing'], [null, 'null'], ['', 'empty'], [0, 'a number'], [[kid], 'an array that names it'], [{ kid }, 'an object'], [true, 'a boolean'],
    ['../../../../etc/passwd', 'a path'], ['file:///dev/null', 'a URL'], ["' OR '1'='1", 'SQL'], ['x; rm -rf .', 'a shell command'],
    [`${kid}\0`, 'NUL after it'], [`\0${kid}`, 'NUL before it'], [`${kid} `, 'a space after it'], [`${kid}\n`, 'a newline after it'],
    ['k'.repeat(129), 'too long'], ['k'.repeat(500), 'far too long'], ['ключ', 'not ASCII'], ['%2e%2e%2fkey', 'percent-encoded'], ['$' + '{jndi:ldap://x}', 'a lookup']
  ]
  for (const [value, says] of kids) {
    await assertRefused(t, target, { says, token: await signWith({ kid: value, alg: 'RS256' }), reason: 'kid' })
  }
})

t.test('fetches once for a kid that could be a new one, and lets nobody in', async (t) => {
  const kids: ReadonlyArray<[kid: string, says: string]> = [
    ['__proto__', 'the prototype'], ['constructor', 'a member that every object has'], ['toString', 'a method that every object has'],
    [kid.toLowerCase(), 'lower case'], [kid.toUpperCase(), 'upper case'], [kid.slice(0, -1), 'a prefix'], [`${kid}=`, 'longer'],
    ['/etc/passwd', 'a path in the alphabet of base64'], ['0', 'an index']
  ]
  for (const [value, says] of kids) {
    await assertRefused(t, target, { says, token: await signWith({ kid: value, alg: 'RS256' }), reason: 'kid', fetches: 1 })
  }
})

t.test('takes either key of the pool for either kind of token, each by its own kid', async (t) => {
  const [first, second] = (await pool.jwks()).keys
  t.not(first?.kid, second?.kid)
  await assertAccepted(t, target, 'an access token', await target.access(), { tokenUse: 'access' })
  await assertAccepted(t, target, 'an ID token', await target.id(), { tokenUse: 'id' })
  await assertRefused(t, target, { says: 'the kid of the other key', token: await signWith({ kid: first?.kid, alg: 'RS256' }), reason: 'signature' })
})
