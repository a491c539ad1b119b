/** Which registration covers a context: its own, or that of the nearest parent. */
import type { FastifyInstance } from 'fastify'
import { signCover } from './copies.js'
import type { Judge } from './standing.js'
import type { AuthRule } from './requirement.js'
import type { RouteRegister } from './route-register.js'

/** A registration, as its routes need it. */
export interface Cover {
  readonly register: RouteRegister
  /** Whose word counts for its routes. */
  readonly judge: Judge
  /** Calls `done` once: without an error if the request satisfies the rule. Until then `reply` can only be an error. */
  readonly enforce: (rule: AuthRule, request: object, reply: unknown, done: (error?: Error) => void) => void
}

const coverSlot = Symbol('fastify-cognito-auth.cover')

/** Puts a context and everything below it, also what was made earlier, under a registration. */
export function coverWith (scope: FastifyInstance, cover: Cover): void {
  signCover(scope)
  Object.defineProperty(scope, coverSlot, { value: cover })
}

/** The registration that covers a context; `null` where there is none. */
export function coverOf (scope: FastifyInstance): Cover | null {
  return (scope as { readonly [coverSlot]?: Cover })[coverSlot] ?? null
}

/** Tells whether a context is another one or lies below it: Fastify makes a child by inheritance. */
export function isWithin (scope: FastifyInstance, outer: FastifyInstance): boolean {
  return scope === outer || Object.prototype.isPrototypeOf.call(outer, scope)
}

/** The instance that `Fastify()` returned, of which a context is a part. */
export function rootOf (scope: FastifyInstance): FastifyInstance {
  const above = Object.getPrototypeOf(scope) as FastifyInstance
  return Object.getPrototypeOf(above) === null ? scope : rootOf(above)
}

/** Judges a request by several rules, one after the other; the first refusal ends it. */
export function enforceAll (cover: Cover, rules: readonly AuthRule[], request: object, reply: unknown, done: (error?: Error) => void, at = 0): void {
  const rule = rules[at]
  if (rule === undefined) done()
  else if (at === rules.length - 1) cover.enforce(rule, request, reply, done)
  else {
    cover.enforce(rule, request, reply, (error) => {
      if (error === undefined) enforceAll(cover, rules, request, reply, done, at + 1)
      else done(error)
    })
  }
}
