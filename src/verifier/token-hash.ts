/** A number for a token, for tables that compare the whole token afterwards. */

// V8 would hash every character of a string it has not met before, a thousand of them. The end of an RSA signature
// is as evenly distributed as the whole.
const counted = 12

/** A 32-bit number made of the end of a token. Different tokens may share one. */
export function hashOf (token: string): number {
  let hash = 0
  for (let at = Math.max(0, token.length - counted); at < token.length; at++) hash = (Math.imul(hash, 31) + token.charCodeAt(at)) | 0
  return hash
}
