/** The documented copy of a route's schema. The real one is never touched: it decides what the route sends. */
import type { FastifySchema, RouteOptions } from 'fastify'
import { routeInvalid } from '../routes/route-invalid.js'
import type { Requirement } from '../routes/requirement.js'
import { askProtection } from '../routes/route-slots.js'
import type { Loose } from './dialect.js'
import { statusesOf } from './responses.js'
import { securityOf } from './security.js'
import type { Security } from './security.js'
import type { OpenApiSettings } from './settings.js'
import { wordsOf } from './words.js'

/** The extension by which an operation says which answers of its guard it has, until the document is complete. */
export const statusesExtension = 'x-cognito-responses'

/** The extension with what a route asks besides a valid token. */
export const requirementsExtension = 'x-cognito-requirements'

/** A copy of what is documented of a route, with what its guard says. */
export function describeOperation (schema: FastifySchema | undefined, route: RouteOptions, settings: OpenApiSettings): FastifySchema {
  const { response, ...others }: Loose = { ...schema }
  // An empty object would leave the operation without a single response, which no document may have.
  const given: Loose = isEmpty(response) ? others : { ...schema }
  const protection = askProtection(route)
  if (protection === null) return given
  const { requirements } = protection
  const { security, description } = given
  return {
    ...given,
    security: security ?? securityOf(protection, settings),
    ...(requirements.length === 0 ? {} : { description: joinLines(description, wordsOf(requirements)), [requirementsExtension]: requirements.map(publish) }),
    ...(settings.responses ? { [statusesExtension]: statusesOf(protection).filter((status) => !isDeclared(status, response)) } : {})
  } as FastifySchema
}

/**
 * Refuses what is no list of security requirements, and a scheme that a route names and the document does not declare: for both,
 * @fastify/swagger has a TypeError when somebody asks for the document, or writes one that is none.
 */
export function assertDeclared (schema: unknown, declared: Loose, { method, url }: Pick<RouteOptions, 'method' | 'url'>, { scheme }: OpenApiSettings): void {
  const at = `schema.security of route ${String(method)} ${url}`
  const { security = null }: Loose = { ...schema as object }
  if (security !== null && !isSecurity(security)) throw routeInvalid(at, `requirements such as [{ ${scheme}: [] }], or none, since the guard says it`)
  const strange = undeclaredIn(security ?? [], declared)
  if (strange === undefined) return
  throw routeInvalid(at, `a scheme that the document declares, and "${strange}" is none: ` +
    `declare it in the options of @fastify/swagger, name "${scheme}", or leave security out, since the guard says it`)
}

/** The first scheme that is named and not declared. */
export function undeclaredIn (security: Security, declared: Loose): string | undefined {
  return security.flatMap((way) => Object.keys({ ...way })).find((name) => !Object.hasOwn(declared, name))
}

/** The security that a schema states itself; `null` where it states none, or not in the form of one. */
export function ownSecurity (schema: unknown): Security | null {
  const { security }: Loose = { ...schema as object }
  return isSecurity(security) ? security : null
}

function isSecurity (value: unknown): value is Security {
  return Array.isArray(value) && value.every((way: unknown) => typeof way === 'object' && way !== null && Object.values(way).every(isNames))
}

function isNames (value: unknown): boolean {
  return Array.isArray(value) && value.every((name) => typeof name === 'string')
}

// By what a route declares its answers are made, so nothing else is told of them; a range and a default stand for every status in them.
function isDeclared (status: string, response: unknown): boolean {
  const names = Object.keys({ ...response as object }).map((name) => name.toUpperCase())
  return [status, `${status.charAt(0)}XX`, 'DEFAULT'].some((name) => names.includes(name))
}

function isEmpty (response: unknown): boolean {
  return typeof response === 'object' && response !== null && Object.keys(response).length === 0
}

function joinLines (description: unknown, line: string): string {
  return typeof description === 'string' && description !== '' ? `${description}\n\n${line}` : line
}

// A copy, since the document is the application's to change. The name of a function is nobody's business outside.
function publish ({ check, anyOf, ...others }: Requirement): Loose {
  return { ...structuredClone(others), ...(anyOf === undefined ? {} : { anyOf: anyOf.map(publish) }), ...(check === undefined ? {} : { check: true }) }
}
