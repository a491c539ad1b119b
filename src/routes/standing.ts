/** What one registration has found of a request so far: written by whoever judged it, read before the handler runs. */
import type { TokenUse } from '../claims/types.js'
import { rules } from './requirement.js'
import type { AuthRule } from './requirement.js'

/**
 * The one request slot that holds all of it; `null` until somebody judges the request, and for most requests to public routes
 * for good. One slot, for each more is paid on every request of the application.
 */
export const standingSlot: unique symbol = Symbol('fastify-cognito-auth.standing')

/** What stands for one registration where it is compared; nothing is read of it. */
export type Judge = object

/** Which request: no part of its address that its sender has chosen. */
export interface ToldRequest {
  /** `request.id`, which the lines of its log have as well. */
  readonly requestId: string
  readonly method: string
  /** The pattern of the route, such as `/orders/:id`; `null` where none was found. */
  readonly route: string | null
}

/** What is known of a token that was accepted. */
export interface TokenFacts {
  readonly userPoolId: string
  readonly clientId: string
  readonly tokenUse: TokenUse
  /** Whether the token was remembered, so that no signature was checked. */
  readonly cached: boolean
  /** Nanoseconds from the first rule to the user: waiting for keys, `mapUser` and `isRevoked` included. */
  readonly duration: number
}

/** What is told of a request with a token: which request it is, is written in when it reaches its handler. */
export type PassedRequest = TokenFacts & { -readonly [K in keyof ToldRequest]: ToldRequest[K] }

/** Where a request stands with the registration that judges it. A 404 handler of a sibling context has another one. */
export interface Standing {
  readonly judge: Judge
  /** The rules that were satisfied; almost always one, so a list is made for more only. */
  passed: AuthRule | readonly AuthRule[] | null
  /** What is told once the handler is reached; `null` where nobody has listened. */
  facts: PassedRequest | 'guest' | null
}

/** A request, as far as it is known here; `undefined` in a context that was made before the plugin was registered. */
export interface JudgedRequest {
  [standingSlot]?: Standing | null
}

/** Remembers that a rule is satisfied. */
export function markPassed (standing: Standing, rule: AuthRule): void {
  const before = standing.passed
  standing.passed = before === null ? rule : [rule].concat(before)
}

/**
 * Tells whether a request has satisfied all of these rules: the very same ones, not others that ask the same, and by
 * the word of this registration. What `required` means differs from one user pool to another.
 */
export function hasPassed (request: JudgedRequest, needs: readonly AuthRule[], judge: Judge | null): boolean {
  if (needs.length === 0) return true
  const standing = request[standingSlot] ?? null
  if (standing === null || standing.judge !== judge) return false
  const { passed } = standing
  if (needs.length === 1 && passed === needs[0]) return true
  return needs.every((need) => need === passed || (Array.isArray(passed) && passed.includes(need)))
}

/** A need that nobody can meet: no request is ever marked with it. */
export const never: AuthRule = Object.freeze({ ...rules.required })
