// Tokens as Cognito makes them, signed before anything is measured, and what an attacker would send instead.
import { createPublicKey, randomBytes, randomUUID } from 'node:crypto'

const lifetime = 12 * 3600
const batch = 256

/** Makes a pool with its key endpoint on loopback, and what the servers need to know of it. */
export async function createIssuer ({ createTestUserPool }) {
  const pool = createTestUserPool({ userPoolId: 'us-east-1_Bench0001', clientId: '5f3kq1v7s0d8m2x9c4b6n1a0z8' })
  const endpoint = await pool.listen()
  const { kid } = await pool.header()
  const jwks = await pool.jwks()
  const key = jwks.keys.find((jwk) => jwk.kid === kid)
  return {
    pool,
    settings: {
      userPoolId: pool.userPoolId,
      clientId: pool.clientId,
      issuer: pool.issuer,
      jwksUri: endpoint.jwksUri,
      jwks,
      publicKey: createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
    },
    fetches: () => pool.fetchCount,
    close: () => endpoint.close()
  }
}

/** Signs access tokens of as many different users. */
export async function signTokens (pool, count) {
  const tokens = []
  while (tokens.length < count) {
    const size = Math.min(batch, count - tokens.length)
    const first = tokens.length
    tokens.push(...await Promise.all(Array.from({ length: size }, (_, index) => pool.accessToken(claimsOfUser(pool, first + index)))))
  }
  return tokens
}

// The members of an access token after a sign-in through the API. `aud` is what a trigger may add: without one, the
// peers that insist on an audience could not be configured at all.
function claimsOfUser ({ clientId }, number) {
  const now = Math.floor(Date.now() / 1000)
  return {
    sub: randomUUID(),
    username: `user-${number}`,
    groups: ['Auditors'],
    event_id: undefined,
    aud: clientId,
    auth_time: now,
    iat: now,
    exp: now + lifetime
  }
}

/** The same tokens, each with another signature of the right length that is none. */
export function withBadSignatures (tokens) {
  return tokens.map((token) => `${token.slice(0, token.lastIndexOf('.'))}.${badSignature()}`)
}

/** The same claims under key ids that nobody has published, each a different one. */
export function withUnknownKeys (tokens) {
  return tokens.map((token) => {
    const header = encode({ kid: randomBytes(32).toString('base64'), alg: 'RS256' })
    return `${header}.${token.split('.')[1]}.${badSignature()}`
  })
}

/** As long as the tokens and none of them: random parts, a good header before random bytes, no parts at all. */
export function garbageLike (tokens) {
  return tokens.map((token, index) => {
    const [header, payload] = token.split('.')
    const random = randomBytes(payload.length * 3 / 4 | 0).toString('base64url')
    switch (index % 3) {
      case 0: return `${randomBytes(header.length * 3 / 4 | 0).toString('base64url')}.${random}.${badSignature()}`
      case 1: return `${header}.${random}.${badSignature()}`
      default: return randomBytes(token.length * 3 / 4 | 0).toString('base64url')
    }
  })
}

/** A request for `path`: what it is made of, and its bytes. */
export function requestFor (path, token) {
  const lines = [`GET ${path} HTTP/1.1`, ...Object.entries(headersFor(token)).map(([name, value]) => `${name}: ${value}`)]
  return { path, token, bytes: Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1') }
}

/** The header of a request as a browser's or another server's HTTP client would write it. */
export function headersFor (token) {
  return {
    Host: 'api.example.com',
    'User-Agent': 'bench/1.0',
    Accept: 'application/json',
    'Accept-Encoding': 'gzip, deflate',
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` })
  }
}

function badSignature () {
  const bytes = randomBytes(256)
  // Below every modulus of this length: a number that is too large would be refused before any arithmetic.
  bytes[0] &= 0x7f
  return bytes.toString('base64url')
}

function encode (part) {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
