/** Which members of a JSON Web Key Set can sign Cognito's tokens. Policy on public data; it imports no key. */

/** A JSON Web Key as it is published (RFC 7517 §4); only some members are looked at. */
export interface JsonWebKey {
  readonly kty?: string
  readonly kid?: string
  readonly alg?: string
  readonly use?: string
  readonly n?: string
  readonly e?: string
  readonly [member: string]: unknown
}

/** A JSON Web Key Set (RFC 7517 §5). */
export interface JsonWebKeySet {
  readonly keys: readonly JsonWebKey[]
}

/** A public RSA key that may have signed a token: what {@link isUsableSigningKey} lets pass. */
export interface RsaSigningJwk extends JsonWebKey {
  readonly kty: 'RSA'
  readonly kid: string
  readonly n: string
  readonly e: 'AQAB'
}

const leastModulusBits = 2048
// Each verification with a longer one would cost all others; Cognito has 2048.
const mostModulusBits = 4096
const kidForm = /^[A-Za-z0-9+/_=-]{1,128}$/
const base64url = /^[A-Za-z0-9_-]+$/
// RFC 7518 §6.3.2: each of them gives the private key away.
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth']

/** Tells whether a `kid` has the form of one: base64 in either alphabet, at most 128 characters. Cognito's have 44. */
export function isKeyId (value: unknown): value is string {
  return typeof value === 'string' && kidForm.test(value)
}

/**
 * Tells whether a member of a key set is a public RSA key for RS256 signatures, of 2048 to 4096 bits and with
 * the exponent 65537. A private key is refused: whoever published it has lost it.
 *
 * @see RFC 7518 §3.3 and §6.3.1
 */
export function isUsableSigningKey (jwk: unknown): jwk is RsaSigningJwk {
  if (typeof jwk !== 'object' || jwk === null) return false
  const members = jwk as Readonly<Record<string, unknown>>
  const { kty, kid, n, e, use, alg, key_ops: operations, ext } = members
  return kty === 'RSA' && isKeyId(kid) && e === 'AQAB' && privateMembers.every((name) => members[name] === undefined) &&
    typeof n === 'string' && base64url.test(n) && isModulusLength(n) &&
    (use === undefined || use === 'sig') &&
    (alg === undefined || alg === 'RS256') &&
    (operations === undefined || (Array.isArray(operations) && operations.includes('verify'))) &&
    (ext === undefined || typeof ext === 'boolean')
}

function isModulusLength (n: string): boolean {
  // Zeros before the first other digit count for nothing; of no digit at all, `parseInt` makes NaN and `clz32` 32.
  const digits = Buffer.from(n, 'base64url').toString('hex').replace(/^0+/, '')
  const bits = digits.length * 4 + 28 - Math.clz32(Number.parseInt(digits.charAt(0), 16))
  return bits >= leastModulusBits && bits <= mostModulusBits
}
