/** What a route says of its protection at the moment it is declared. */
import { channel } from 'node:diagnostics_channel'
import type { FastifyInstance, RouteOptions } from 'fastify'

/** A route as it was declared; Fastify goes on using the options object, so this is a copy. */
export interface RouteDeclaration {
  readonly method: string | readonly string[]
  readonly url: string
  readonly config: object | undefined
  /** The hooks of the positions in which a request can be refused before its handler. */
  readonly hooks: readonly object[]
  /** The names of those positions that were given as `undefined`: Fastify serves such a route without the hook. */
  readonly undefinedHooks: readonly string[]
  /** The value of an option `auth` of the route itself, beside its `config`; nothing in Fastify reads it there. */
  readonly optionAuth: unknown
}

const positions = ['onRequest', 'preValidation', 'preHandler'] as const

/** Reads a declaration off the options that an `onRoute` hook is given. */
export function readDeclaration (route: RouteOptions): RouteDeclaration {
  return Object.freeze({
    method: route.method,
    url: route.url,
    config: route.config,
    hooks: positions.flatMap((position) => (route[position] ?? []) as object | object[]),
    undefinedHooks: positions.filter((position) => Object.hasOwn(route, position) && route[position] === undefined),
    optionAuth: (route as { readonly auth?: unknown }).auth
  })
}

// The `onRoute` hooks that run after the listener below may still change the route; method and url change for its twin.
function followDeclaration (route: RouteOptions): RouteDeclaration {
  const { method, url } = route
  return {
    method,
    url,
    get config () { return readDeclaration(route).config },
    get hooks () { return readDeclaration(route).hooks },
    get undefinedHooks () { return readDeclaration(route).undefinedHooks },
    get optionAuth () { return readDeclaration(route).optionAuth }
  }
}

interface EarlyDeclaration {
  readonly scope: FastifyInstance
  readonly declaration: RouteDeclaration
}

const declarationsOf = new WeakMap<object, EarlyDeclaration[]>()

// An `onRoute` hook does not see the routes declared before it. Fastify announces each instance when it is made,
// so one that is made after this module was imported is listened to from its first route on.
channel('fastify.initialization').subscribe((message) => {
  const { fastify } = message as { fastify: FastifyInstance }
  const declarations: EarlyDeclaration[] = []
  declarationsOf.set(fastify.server, declarations)
  fastify.addHook('onRoute', function (route) {
    declarations.push({ scope: this, declaration: followDeclaration(route) })
  })
})

/**
 * The routes that were declared so far in the context of an instance and below it. Routes of an instance that was
 * made before this module was imported are not known.
 */
export function declarationsSoFar (fastify: FastifyInstance): RouteDeclaration[] {
  return earlyOnesOf(fastify).map(({ declaration }) => declaration)
}

/** The contexts, the instance's own or below it, in which routes were declared so far. */
export function contextsSoFar (fastify: FastifyInstance): FastifyInstance[] {
  return [...new Set(earlyOnesOf(fastify).map(({ scope }) => scope))]
}

function earlyOnesOf (fastify: FastifyInstance): EarlyDeclaration[] {
  const all = declarationsOf.get(fastify.server) ?? []
  return all.filter(({ scope }) => scope === fastify || Object.prototype.isPrototypeOf.call(fastify, scope))
}
