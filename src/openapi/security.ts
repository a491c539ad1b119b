/** What a route's protection is in the language of security requirements: alternatives, each with the scopes it needs. */
import type { Requirement, ShownNames } from '../routes/requirement.js'
import type { RouteProtection } from '../routes/route-slots.js'
import type { OpenApiSettings } from './settings.js'

/** Security requirements: one of them is enough, and the empty object is nobody's. */
export type Security = ReadonlyArray<Readonly<Record<string, readonly string[]>>>

// Beyond, only the scopes are named that are needed in any case: nobody reads a longer list.
const mostAlternatives = 16

/** The security requirements of a route. */
export function securityOf ({ auth, requirements }: RouteProtection, { scheme, signIn, dialect }: OpenApiSettings): Security {
  if (auth === 'public') return []
  if (auth === 'optional') return [{}, { [scheme]: [] }]
  // In OpenAPI 3.0 only OAuth 2 has scopes; from 3.1 on they may stand with any scheme (Security Requirement Object).
  const hasScopes = signIn !== null || dialect === '3.1'
  const ways = hasScopes ? requirements.map(waysOf).reduce(both, [[]]) : [[]]
  return distinct(ways).map((scopes) => ({ [scheme]: scopes }))
}

/** The scopes that a requirement needs, by each way in which it can be met. */
function waysOf ({ scopes = [], anyOf }: Requirement): string[][] {
  const own = waysOfNames(scopes)
  return anyOf === undefined ? own : both(own, anyOf.flatMap(waysOf))
}

function waysOfNames (names: ShownNames): string[][] {
  if (!('any' in names || 'all' in names || 'none' in names)) return [[...names as readonly string[]]]
  const { any = [], all = [] } = names
  return any.length === 0 ? [[...all]] : any.map((one) => [...all, one])
}

function both (some: string[][], others: string[][]): string[][] {
  if (some.length * others.length > mostAlternatives) return [[...common(some), ...common(others)]]
  return some.flatMap((one) => others.map((other) => [...one, ...other]))
}

function common ([first = [], ...others]: string[][]): string[] {
  return first.filter((scope) => others.every((other) => other.includes(scope)))
}

function distinct (ways: string[][]): string[][] {
  const all = new Map(ways.map((scopes) => [...new Set(scopes)]).map((scopes) => [JSON.stringify([...scopes].sort()), scopes]))
  return [...all.values()]
}

/** Tells whether what a schema says of a route lets other callers in than its guard does. */
export function contradicts (own: Security, protection: RouteProtection, settings: OpenApiSettings): boolean {
  const { scheme } = settings
  const letsAnyoneIn = own.length === 0 || own.some((way) => Object.keys(way).length === 0)
  // Another scheme may be asked for beside the guard, by a hook of the application.
  if (protection.auth === 'public' || protection.auth === 'optional') return !letsAnyoneIn && own.every((way) => Object.hasOwn(way, scheme))
  // With another scheme alone nobody passes the guard, nor with fewer scopes than it asks.
  const told = own.flatMap((way) => Object.entries(way).filter(([name]) => name === scheme).map(([, scopes]) => scopes))
  const needed = securityOf(protection, settings).flatMap((way) => Object.values(way))
  return letsAnyoneIn || !told.some((scopes) => needed.some((all) => all.every((scope) => scopes.includes(scope))))
}
