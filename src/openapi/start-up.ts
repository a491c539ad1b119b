/** What is looked at when the application starts, and not when somebody first asks for the document. */
import type { SwaggerTransform } from '@fastify/swagger'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { askDeclared, askProtection } from '../routes/route-slots.js'
import type { Loose } from './dialect.js'
import { assertDeclared, ownSecurity } from './operation.js'
import { contradicts } from './security.js'
import type { OpenApiSettings } from './settings.js'

/** What the start needs to know. */
export interface StartUp {
  readonly settings: OpenApiSettings
  /** The schemes of the document, by name. */
  readonly declared: Loose
  /** Whether a route of this schema stays out of the document. */
  readonly isHidden: (schema: unknown) => boolean
  /** Adds the guards to the transform of a single route, where there is one; `false` stands for none. */
  readonly wrapOfRoute: (own: SwaggerTransform | false) => SwaggerTransform
}

/** Watches the context in which @fastify/swagger is about to be registered: it sees the same routes. */
export function watchContext (instance: FastifyInstance, { settings, declared, isHidden, wrapOfRoute }: StartUp): void {
  const seen: RouteOptions[] = []
  const wrapped = new Set<unknown>()
  instance.addHook('onRoute', (route) => { seen.push(route) })
  instance.addHook('onReady', (done) => {
    const shown = seen.filter((route) => isDocumented(route))
    try {
      for (const route of shown) assertDeclared(route.schema, declared, route, settings)
    } catch (error) {
      done(error as Error)
      return
    }
    for (const route of seen) wrapTransform(route)
    const known = new Set(seen)
    warn(shown, askDeclared(instance).filter((route) => isDocumented(route) && !known.has(route)))
    done()
  })

  function isDocumented ({ method, schema }: RouteOptions): boolean {
    return method !== 'HEAD' && !isHidden(schema)
  }

  // @fastify/swagger asks a route's own transform in the place of the one of its options. By now nobody reads the config but it;
  // routes may share it, and it may be frozen.
  function wrapTransform (route: RouteOptions): void {
    const { config } = route
    const own = config?.swaggerTransform
    if (config === undefined || own === undefined || wrapped.has(own)) return
    const swaggerTransform = wrapOfRoute(own)
    wrapped.add(swaggerTransform)
    if (!Reflect.set(config, 'swaggerTransform', swaggerTransform)) route.config = { ...config, swaggerTransform }
  }

  function warn (shown: readonly RouteOptions[], unseen: readonly RouteOptions[]): void {
    const contradicting = shown.filter((route) => {
      const [protection, own] = [askProtection(route), ownSecurity(route.schema)]
      return protection !== null && own !== null && contradicts(own, protection, settings)
    })
    const { log } = instance
    if (contradicting.length > 0) log.warn({ routes: contradicting.map(placeOf) }, 'the document says of these routes what their schema.security says, and their guard says otherwise: leave schema.security out')
    if (unseen.length > 0) log.warn({ routes: unseen.map(placeOf) }, 'routes that the document does not have: they were declared before @fastify/swagger was registered, or in a context made before; await its registration first')
    if (shown.length > 0 && shown.every((route) => askProtection(route) === null)) {
      log.warn('the document says nothing of guards: no registration of fastify-cognito-auth covers its routes, or the package was imported after Fastify() was called')
    }
  }
}

function placeOf ({ method, url }: RouteOptions): object {
  return { method, url }
}
