/** What the header of a token may say before any key is looked for. Policy as pure functions. */
import { tokenInvalid, tokenLacks } from '../errors/failure.js'
import type { Failure } from '../errors/failure.js'
import { isKeyId } from '../keys/jwk.js'
import type { JsonObject } from './strict-json.js'

/** Cognito writes no `typ`; RFC 7519 §5.1 and RFC 9068 §2.1 name the two that fit. Others mark tokens made for another use (RFC 8725 §3.11). */
const types: readonly unknown[] = ['JWT', 'at+jwt']

/**
 * Gives the key id of an acceptable header, or why it is refused: RS256 only, whatever the key would allow;
 * a `kid` of sane form; no `crit` and no `b64`, since no extension is understood here.
 *
 * The members `jwk`, `jku`, `x5u` and `x5c` are not looked at: a token does not choose the key it is checked with.
 *
 * @see RFC 8725 §3.1 and RFC 7515 §4.1.11
 */
export function readKeyId (header: JsonObject): string | Failure {
  if (header.alg !== 'RS256') return header.alg === undefined ? tokenLacks('alg', 'algorithm') : tokenInvalid('algorithm')
  if (Object.hasOwn(header, 'crit') || Object.hasOwn(header, 'b64')) return tokenInvalid('critical')
  if (Object.hasOwn(header, 'typ') && !types.includes(header.typ)) return tokenInvalid('type')
  if (header.kid === undefined) return tokenLacks('kid', 'kid')
  return isKeyId(header.kid) ? header.kid : tokenInvalid('kid')
}
