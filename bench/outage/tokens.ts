/** Every token of the run, signed before it begins: signing costs more than anything that is to be measured. */
import type { JsonWebKey } from '../../src/index.js'
import type { TestUserPool } from '../../src/testing/index.js'

/** Two keys of a pool, and tokens signed while they were its newest. */
export interface Generation {
  readonly keys: readonly JsonWebKey[]
  /** One token per user, sent again and again. */
  readonly users: readonly string[]
  /** Tokens that are sent once. */
  readonly fresh: string[]
}

/** Signs the tokens of the pool's present keys, issued in so many milliseconds, then rotates to the next ones. */
export async function signGeneration (pool: TestUserPool, users: number, fresh: number, publishedIn: number): Promise<Generation> {
  const iat = Math.floor((Date.now() + publishedIn) / 1000)
  const sign = (count: number): Promise<string[]> => Promise.all(Array.from({ length: count }, (_, user) => pool.accessToken({ sub: `user-${user}`, iat, exp: iat + 3600 })))
  const generation = { keys: (await pool.jwks()).keys, users: await sign(users), fresh: await sign(fresh) }
  pool.rotateKeys()
  return generation
}

/** Tokens whose `kid` nobody has. */
export function signUnknown (pool: TestUserPool, count: number): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => pool.sign({ header: { alg: 'RS256', kid: `unknown-${index}` } })))
}
