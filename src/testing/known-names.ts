/** Names that are slips: a kit that took them silently would let a test pass that tests something else. */

/** Names of other libraries' options and of this package's users, and what to write instead. */
const words: Readonly<Record<string, string>> = Object.freeze({
  expiresIn: '"exp", in seconds since 1970, or pool.expiredToken()',
  expiresAt: '"exp", in seconds since 1970',
  expirationTime: '"exp", in seconds since 1970',
  expired: 'pool.expiredToken()',
  notBefore: '"nbf", in seconds since 1970',
  issuedAt: '"iat", in seconds since 1970',
  noTimestamp: '"iat: undefined"',
  clockTimestamp: '"iat" and "exp", in seconds since 1970',
  authTime: '"auth_time", in seconds since 1970',
  audience: '"aud", or "client_id" for the app client of an access token',
  clientId: '"client_id" for an access token, "aud" for an ID token',
  issuer: '"iss"',
  subject: '"sub"',
  jwtid: '"jti"',
  jwtId: '"jti"',
  originJti: '"origin_jti"',
  tokenUse: '"token_use", or the method of that kind of token',
  userPoolId: 'createTestUserPool({ userPoolId })',
  cognitoGroups: '"groups"',
  kid: 'pool.sign({ header })',
  keyid: 'pool.sign({ header })',
  alg: 'pool.sign({ header })',
  algorithm: 'pool.sign({ header })',
  typ: 'pool.sign({ header })',
  header: 'pool.sign({ header })',
  payload: 'pool.sign({ payload })'
})

/**
 * Refuses claims that are options of another library by their name: signed as claims, they would change nothing.
 *
 * @throws `TypeError`
 */
export function assertClaimNames (claims: object): void {
  for (const name of Object.keys(claims)) {
    const instead = Object.hasOwn(words, name) ? words[name] : undefined
    if (instead !== undefined) throw new TypeError(`"${name}" is no claim of a token: use ${instead}; pool.sign({ payload }) signs anything`)
  }
}

/**
 * Refuses members of an options object that are not in `known`.
 *
 * @throws `TypeError`
 */
export function assertKnownNames (options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  if (unknown !== undefined) throw new TypeError(`unknown option ${JSON.stringify(unknown)}; known are ${known.join(', ')}`)
}
