/** The routes that this package declares itself: they say nothing of how an application is put together. */
import type { RouteOptions } from 'fastify'

const ownSlot = Symbol('fastify-cognito-auth.own')

/** The config of such a route: public, whatever the default is. It says itself which pages may read it: @fastify/cors lets it be. */
export function ownRouteConfig (): { readonly auth: 'public' } {
  return Object.assign({ auth: 'public' as const }, { cors: false, [ownSlot]: true })
}

/** Tells whether a route is one of this package's. */
export function isOwnRoute ({ config }: Pick<RouteOptions, 'config'>): boolean {
  return config !== undefined && ownSlot in config
}
