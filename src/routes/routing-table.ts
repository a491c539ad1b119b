/** The routes as Fastify's router has them: what was announced is not always what is matched. */
import type { FastifyInstance, HTTPMethods, PrintRoutesOptions } from 'fastify'

/** A route of the router. */
export interface TableRoute {
  readonly methods: readonly string[]
  readonly url: string
  readonly constraints: Readonly<Record<string, unknown>>
  /** The context in which it was declared. */
  readonly scope: FastifyInstance
  /** The handler and the config as its requests show them. */
  readonly handler: unknown
  readonly config: object
}

/** A route as find-my-way hands it to whoever describes it; `store` is Fastify's context of the route. */
interface RouterRoute {
  readonly method: string
  readonly path: string
  readonly opts: { readonly constraints?: Readonly<Record<string, unknown>> }
  readonly store: { readonly handler: unknown, readonly config: object, readonly server: FastifyInstance }
}

/**
 * Reads the routing table of an instance. `printRoutes` asks for a description of every route that it prints; the
 * answer is empty, and the question is what is wanted here.
 */
export function readRoutingTable (instance: FastifyInstance): TableRoute[] {
  const found = new Map<object, Map<string, RouterRoute[]>>()
  for (const method of instance.supportedMethods) {
    for (const route of routesOf(instance, method)) {
      const byUrl = found.get(route.store) ?? new Map<string, RouterRoute[]>()
      found.set(route.store, byUrl.set(route.path, [...byUrl.get(route.path) ?? [], route]))
    }
  }
  return [...found.values()].flatMap((byUrl) => [...byUrl.values()]).map(toTableRoute)
}

function routesOf (instance: FastifyInstance, method: HTTPMethods): RouterRoute[] {
  const routes: RouterRoute[] = []
  const describe = (route: RouterRoute): object => {
    routes.push(route)
    return {}
  }
  // The router writes its own description here before it uses it; this one stays.
  const options: PrintRoutesOptions = Object.defineProperty({ method, commonPrefix: false, includeMeta: true }, 'buildPrettyMeta', { get: () => describe, set: () => {} })
  instance.printRoutes(options)
  return routes
}

function toTableRoute (routes: readonly RouterRoute[]): TableRoute {
  const [{ path, opts, store }] = routes as readonly [RouterRoute]
  const { handler, config, server } = store
  return { methods: routes.map(({ method }) => method), url: path, constraints: { ...opts.constraints }, scope: server, handler, config }
}
