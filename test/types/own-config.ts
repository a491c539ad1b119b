/** The matrix over routes with a typed `config` of their own. */
import Fastify from 'fastify'
import type { RouteGenericInterface } from 'fastify'
import cognitoAuth from '../../src/index.js'
import type { User } from '../../src/index.js'
import type { TestUserPool } from '../../src/testing/index.js'
import { exactly } from './equal.js'
import { hooksOf } from './hooks.js'
import type { MatrixApp } from './matrix.js'

interface OwnConfig {
  permission: 'read' | 'write'
}

export async function ownConfig (pool: TestUserPool): Promise<MatrixApp> {
  const app = Fastify()
  await app.register(cognitoAuth, pool.options)
  for (const [name, hook] of hooksOf(app)) {
    app.get<RouteGenericInterface, OwnConfig>(`/${name}/on-request`, { onRequest: hook, config: { permission: 'read' } }, async (request) => {
      exactly<User | null>()(request.user, true)
      exactly<'read' | 'write'>()(request.routeOptions.config.permission, true)
      return { sub: request.user?.sub, permission: request.routeOptions.config.permission }
    })
    app.get<RouteGenericInterface, OwnConfig>(`/${name}/pre-validation`, { preValidation: hook, config: { permission: 'read' } }, async (request) => ({ sub: request.user?.sub, permission: request.routeOptions.config.permission }))
    app.get<RouteGenericInterface, OwnConfig>(`/${name}/pre-handler`, { preHandler: hook, config: { permission: 'read' } }, async (request) => ({ sub: request.user?.sub, permission: request.routeOptions.config.permission }))
    app.get<RouteGenericInterface, OwnConfig>(`/${name}/on-request-array`, { onRequest: [hook], config: { permission: 'read' } }, async (request) => ({ sub: request.user?.sub, permission: request.routeOptions.config.permission }))
    app.get<RouteGenericInterface, OwnConfig>(`/${name}/pre-validation-array`, { preValidation: [hook], config: { permission: 'read' } }, async (request) => ({ sub: request.user?.sub, permission: request.routeOptions.config.permission }))
    app.get<RouteGenericInterface, OwnConfig>(`/${name}/pre-handler-array`, { preHandler: [hook, async () => {}], config: { permission: 'read' } }, async (request) => ({ sub: request.user?.sub, permission: request.routeOptions.config.permission }))
    app.route<RouteGenericInterface, OwnConfig>({ method: 'GET', url: `/${name}/route/on-request`, onRequest: hook, config: { permission: 'read' }, handler: async (request) => ({ sub: request.user?.sub, permission: request.routeOptions.config.permission }) })
    app.route<RouteGenericInterface, OwnConfig>({ method: 'GET', url: `/${name}/route/pre-validation`, preValidation: hook, config: { permission: 'read' }, handler: async (request) => ({ sub: request.user?.sub, permission: request.routeOptions.config.permission }) })
    app.route<RouteGenericInterface, OwnConfig>({ method: 'GET', url: `/${name}/route/pre-handler`, preHandler: hook, config: { permission: 'read' }, handler: async (request) => ({ sub: request.user?.sub, permission: request.routeOptions.config.permission }) })
    app.route<RouteGenericInterface, OwnConfig>({ method: 'GET', url: `/${name}/route/on-request-array`, onRequest: [hook], config: { permission: 'read' }, handler: async (request) => ({ sub: request.user?.sub, permission: request.routeOptions.config.permission }) })
    app.route<RouteGenericInterface, OwnConfig>({ method: 'GET', url: `/${name}/route/pre-validation-array`, preValidation: [hook], config: { permission: 'read' }, handler: async (request) => ({ sub: request.user?.sub, permission: request.routeOptions.config.permission }) })
    app.route<RouteGenericInterface, OwnConfig>({ method: 'GET', url: `/${name}/route/pre-handler-array`, preHandler: [hook], config: { permission: 'read' }, handler: async (request) => ({ sub: request.user?.sub, permission: request.routeOptions.config.permission }) })
    void app.register(async (child) => {
      child.addHook('onRequest', hook)
      child.get<RouteGenericInterface, OwnConfig>(`/${name}/hook/on-request`, { config: { permission: 'read' } }, async (request) => ({ sub: request.user?.sub, permission: request.routeOptions.config.permission }))
    })
    void app.register(async (child) => {
      child.addHook('preValidation', hook)
      child.get<RouteGenericInterface, OwnConfig>(`/${name}/hook/pre-validation`, { config: { permission: 'read' } }, async (request) => ({ sub: request.user?.sub, permission: request.routeOptions.config.permission }))
    })
    void app.register(async (child) => {
      child.addHook('preHandler', hook)
      child.get<RouteGenericInterface, OwnConfig>(`/${name}/hook/pre-handler`, { config: { permission: 'read' } }, async (request) => ({ sub: request.user?.sub, permission: request.routeOptions.config.permission }))
    })
  }
  return app
}
