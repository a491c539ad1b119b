import t from 'tap'
import { readVerifierOptions } from '../../src/options/read-options.js'
import type { UserPoolSettings } from '../../src/claims/user-pool-settings.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { assertOptionRefused, onePool } from '../support/option-cases.js'

const emulator = { userPoolId: 'local_6AbCdEfG', clientId: '1example23456789', issuer: 'http://localhost:9229/local_6AbCdEfG' }
const jwksUri = 'http://cognito:9229/local_6AbCdEfG/.well-known/jwks.json'
const refused = 'to be left out unless "jwksUri" is an http URL, and no address of AWS'

function poolOf (options: object): UserPoolSettings | undefined {
  return readVerifierOptions(options).userPools[0]
}

/** Asserts that a pool is refused at a path, alone and among others. */
function assertPoolRefused (t: Parameters<typeof assertOptionRefused>[0], options: object, path: string, expected: string, got: string): void {
  assertOptionRefused(t, { options, path, expected, got })
  assertOptionRefused(t, { options: { userPools: [onePool, options] }, path: `userPools[1].${path}`, expected, got })
}

t.test('with allowInsecure, keys of an emulator come over http from any host', async (t) => {
  for (const address of [jwksUri, 'http://192.0.2.2:4566/keys', 'http://[fd00::2]/keys', 'http://host.docker.internal:9229/keys', 'http://amazonaws.com.example/', 'http://myamazonaws.com/']) {
    for (const given of [address, new URL(address)]) {
      const pool = poolOf({ ...emulator, jwksUri: given, allowInsecure: true })
      t.strictSame(pool?.keyOrigin('any'), { jwksUri: address })
      t.equal(pool?.insecureJwksUri, address, 'and the pool is known for it')
    }
  }
})

t.test('on a loopback host, where nothing needs it, it changes nothing: the same options serve inside a container and outside', async (t) => {
  for (const address of ['http://localhost:9229/keys', 'http://127.0.0.1:9229/keys', 'http://[::1]:9229/keys']) {
    const pool = poolOf({ ...emulator, jwksUri: address, allowInsecure: true })
    t.strictSame(pool?.keyOrigin('any'), { jwksUri: address })
    t.equal(pool?.insecureJwksUri, null)
  }
})

t.test('without it, or with false, http is for loopback alone', async (t) => {
  const expected = 'an https URL, or an http URL on a loopback host, or "allowInsecure" beside it for an emulator'
  assertPoolRefused(t, { ...emulator, jwksUri }, 'jwksUri', expected, `"${jwksUri}"`)
  assertPoolRefused(t, { ...emulator, jwksUri, allowInsecure: false }, 'jwksUri', expected, `"${jwksUri}"`)
  t.equal(poolOf({ ...onePool, allowInsecure: false })?.insecureJwksUri, null)
  t.equal(poolOf(onePool)?.insecureJwksUri, null)
})

t.test('one pool is allowed no more because another is', async (t) => {
  const other = { ...emulator, userPoolId: 'local_Other', issuer: 'http://localhost:9229/local_Other' }
  const options = { userPools: [{ ...emulator, jwksUri, allowInsecure: true }, { ...other, jwksUri }] }
  const expected = 'an https URL, or an http URL on a loopback host, or "allowInsecure" beside it for an emulator'
  assertOptionRefused(t, { options, path: 'userPools[1].jwksUri', expected, got: `"${jwksUri}"` })
})

t.test('it is true or false', async (t) => {
  for (const [value, got] of [['true', '"true"'], ['', '""'], [1, '1'], [0, '0'], [null, 'null'], [{}, 'an object'], [[true], 'an array']] as const) {
    assertPoolRefused(t, { ...emulator, jwksUri, allowInsecure: value }, 'allowInsecure', 'true or false', got)
  }
  assertPoolRefused(t, { ...emulator, jwksUri, allowInsecure: undefined }, 'allowInsecure', 'a value, or the option left out', 'undefined')
})

t.test('an issuer of AWS has no such permission, in whatever form it is written', async (t) => {
  const pool = 'us-east-1_EXAMPLE01'
  const issuers = [
    `https://cognito-idp.us-east-1.amazonaws.com/${pool}`, `https://issuer-cognito-idp.us-east-1.amazonaws.com/${pool}`,
    `https://cognito-idp-fips.us-gov-west-1.amazonaws.com/${pool}`, `https://cognito-idp.us-east-1.api.aws/${pool}`,
    `https://cognito-idp.cn-north-1.amazonaws.com.cn/${pool}`, `https://cognito-idp.eusc-de-east-1.amazonaws.eu/${pool}`,
    `HTTPS://COGNITO-IDP.US-EAST-1.AMAZONAWS.COM/${pool}`, `https://cognito-idp.us-east-1.amazonaws.com./${pool}`,
    `http://cognito-idp.us-east-1.amazonaws.com/${pool}`, `https://cognito-idp.us-east-1.amazonaws.com:8443/${pool}`,
    `https://localhost@cognito-idp.us-east-1.amazonaws.com/${pool}`
  ]
  for (const issuer of issuers) {
    assertPoolRefused(t, { ...onePool, userPoolId: 'us-east-1_OTHER', issuer, jwksUri, allowInsecure: true }, 'allowInsecure', refused, 'true')
    const several = [emulator.issuer, issuer]
    assertOptionRefused(t, { options: { ...onePool, issuer: several, jwksUri, allowInsecure: true }, path: 'allowInsecure', expected: refused, got: 'true' })
  }
  // Those that the id of the pool gives.
  assertOptionRefused(t, { options: { ...onePool, jwksUri, allowInsecure: true }, path: 'allowInsecure', expected: refused, got: 'true' })
  // Nor on loopback, where the address could do without.
  assertOptionRefused(t, { options: { ...onePool, jwksUri: 'http://localhost:9229/keys', allowInsecure: true }, path: 'allowInsecure', expected: refused, got: 'true' })
})

t.test('nor has an address of AWS', async (t) => {
  const address = 'http://cognito-idp.us-east-1.amazonaws.com/us-east-1_EXAMPLE01/.well-known/jwks.json'
  assertPoolRefused(t, { ...emulator, jwksUri: address, allowInsecure: true }, 'allowInsecure', refused, 'true')
})

t.test('where nothing could use it, it is refused: it would lie in wait', async (t) => {
  assertPoolRefused(t, { ...emulator, allowInsecure: true }, 'allowInsecure', refused, 'true')
  assertOptionRefused(t, { options: { ...onePool, allowInsecure: true }, path: 'allowInsecure', expected: refused, got: 'true' })
  assertPoolRefused(t, { ...emulator, jwks: await createTestUserPool().jwks(), allowInsecure: true }, 'allowInsecure', refused, 'true')
  const https = { ...emulator, jwksUri: 'https://keys.example/', allowInsecure: true }
  assertPoolRefused(t, https, 'allowInsecure', refused, 'true')
})

t.test('it permits http and nothing else', async (t) => {
  for (const address of ['ftp://cognito/keys', 'file:///etc/jwks.json', 'data:application/json,{}', 'cognito:9229']) {
    assertPoolRefused(t, { ...emulator, jwksUri: address, allowInsecure: true }, 'jwksUri', 'an http or https URL', `"${address}"`)
  }
  for (const address of ['http://name:secret@cognito:9229/', 'http://name@cognito:9229/']) {
    assertPoolRefused(t, { ...emulator, jwksUri: address, allowInsecure: true }, 'jwksUri', 'an http or https URL, without credentials', '"a URL with credentials"')
  }
  assertPoolRefused(t, { ...emulator, jwksUri: 5, allowInsecure: true }, 'jwksUri', 'an http or https URL', '5')
})
