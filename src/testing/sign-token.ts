/** Tokens in the compact serialisation, signed with a test key. */
import { sign as signBytes } from 'node:crypto'
import { promisify } from 'node:util'
import type { TestKey } from './key-pairs.js'

const signAsync = promisify(signBytes)

/** Signs a token with a key of a pool; strings are signed as they are, objects as JSON. */
export async function signToken (key: TestKey, payload: object | string, header: object | string = headerOf(key)): Promise<string> {
  const signingInput = `${encode(header)}.${encode(payload)}`
  const signature = await signAsync('sha256', Buffer.from(signingInput), key.privateKey)
  return `${signingInput}.${signature.toString('base64url')}`
}

/** The header of a token that a key signs: Cognito writes no `typ`. */
export function headerOf ({ kid }: TestKey): { kid: string, alg: 'RS256' } {
  return { kid, alg: 'RS256' }
}

function encode (part: object | string): string {
  return Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url')
}
