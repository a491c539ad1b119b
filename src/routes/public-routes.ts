/** The option `publicRoutes`: which of the routes are public that say nothing themselves, such as the pages of another plugin. */
import { CognitoAuthSetupError } from '../errors/setup-error.js'
import type { PublicRoutes } from '../options/options.js'
import { routeInvalid } from './route-invalid.js'
import type { RoutePlace, RouteRecord } from './route-record.js'

/** What was asked of a registration's routes, and the answers. */
export interface OpenRoutes {
  /**
   * Asks about a route, when it is declared.
   *
   * @throws `FST_COGNITO_ROUTE_INVALID` for an answer other than `true` and `false`, and for an error of the function.
   */
  ask (record: RouteRecord): void
  /** Tells whether the answer was `true`, unless the route was made with another method or address than was asked about. */
  has (record: RouteRecord): boolean
}

/** Makes the questions of a registration; without the option nothing is open. */
export function createOpenRoutes (isPublic: PublicRoutes | null): OpenRoutes {
  // Each route that is open, and where it may stand.
  const open = new WeakMap<RouteRecord, ReadonlySet<string>>()

  function ask (record: RouteRecord): void {
    if (isPublic === null) return
    const { prefix } = record.scope
    // A route that was made earlier has gone on to the address of its twin.
    const [asked = record.options] = record.places
    const { method, url } = asked
    const place = wordsOf(asked)
    const isOpen = answer(isPublic, Object.freeze({ method: copyOf(method), url, prefix }), `the answer of the option publicRoutes for route ${place}`)
    // Of the root of a prefix Fastify makes a twin with a slash, which it announces to nobody.
    if (isOpen) open.set(record, new Set(url === prefix ? [place, `${place}/`] : [place]))
  }

  function has (record: RouteRecord): boolean {
    const places = open.get(record)
    return places !== undefined && record.places.every((place) => places.has(wordsOf(place)))
  }

  return { ask, has }
}

function answer (isPublic: PublicRoutes, route: Parameters<PublicRoutes>[0], at: string): boolean {
  let answered: unknown
  try {
    answered = isPublic(route)
  } catch (cause) {
    throw new CognitoAuthSetupError('FST_COGNITO_ROUTE_INVALID', `fastify-cognito-auth: ${at} is missing, since the function has thrown`, { cause })
  }
  // A promise is no answer either, and would be taken for a yes.
  if (typeof answered === 'boolean') return answered
  throw routeInvalid(at, `true or false at once, not a value of type ${typeof answered}`)
}

function copyOf (method: string | readonly string[]): string | readonly string[] {
  return typeof method === 'string' ? method : Object.freeze([...method])
}

function wordsOf ({ method, url }: RoutePlace): string {
  return `${String(method)} ${url}`
}
