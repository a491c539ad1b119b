/** What `routes()` promises: the status of each route for somebody, by its rule alone. */
import type { RouteAuth } from '../../../src/index.js'

type Requirement = RouteAuth['requirements'][number]
type Names = NonNullable<Requirement['groups']>

/** Somebody who calls with an access token. */
export interface Caller {
  readonly username: string
  readonly groups: readonly string[]
  readonly role: string
}

/** The status of each method and address; where a rule lets somebody in, that of the handler. */
export function promised (routes: readonly RouteAuth[], caller: Caller | null): Record<string, number> {
  return Object.fromEntries(routes.flatMap((route) => [route.method].flat().map((method) =>
    [`${method === '*' ? 'GET' : method} ${route.url}`, statusOf(route, method, caller)] as const)))
}

function statusOf ({ auth, kind, url, requirements }: RouteAuth, method: string, caller: Caller | null): number {
  if (auth === 'required' && caller === null) return 401
  if (caller !== null && !requirements.every((one) => holds(one, caller))) return 403
  // Drafts are not found by those who have not written them: its check says so.
  if (requirements.some(({ check }) => check === 'isAuthor') && caller?.username !== 'alice') return 404
  if (kind === 'not_found') return 404
  // @fastify/cors, which asks for the headers of a preflight.
  if (method === 'OPTIONS') return 400
  return ['/api/files', '/api/keys'].includes(url) ? 201 : 200
}

// What no access token of these users has: claims of their own, and scopes beside those of the sign-in.
function holds ({ groups, roles, scopes, claims, match, anyOf }: Requirement, caller: Caller): boolean {
  return fits(groups, caller.groups) && fits(roles, [caller.role]) && scopes === undefined && claims === undefined && match === undefined &&
    (anyOf === undefined || anyOf.some((one) => holds(one, caller)))
}

function fits (names: Names | undefined, own: readonly string[]): boolean {
  if (names === undefined) return true
  const { any = [], all = [], none = [] } = 'some' in names ? { any: names } : names
  return (any.length === 0 || any.some((name) => own.includes(name))) && all.every((name) => own.includes(name)) && !none.some((name) => own.includes(name))
}
