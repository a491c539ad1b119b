/** The matrix over an instance with the TypeBox type provider. */
import Fastify from 'fastify'
import { Type } from '@fastify/type-provider-typebox'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import cognitoAuth from '../../src/index.js'
import type { User } from '../../src/index.js'
import type { TestUserPool } from '../../src/testing/index.js'
import { exactly } from './equal.js'
import { hooksOf } from './hooks.js'
import type { MatrixApp } from './matrix.js'

const schema = { querystring: Type.Object({ page: Type.Integer({ default: 1 }) }) }

export async function typebox (pool: TestUserPool): Promise<MatrixApp> {
  const app = Fastify().withTypeProvider<TypeBoxTypeProvider>()
  await app.register(cognitoAuth, pool.options)
  for (const [name, hook] of hooksOf(app)) {
    app.get(`/${name}/on-request`, { onRequest: hook, schema }, async (request) => {
      exactly<User | null>()(request.user, true)
      exactly<number>()(request.query.page, true)
      return { sub: request.user?.sub, page: request.query.page }
    })
    app.get(`/${name}/pre-validation`, { preValidation: hook, schema }, async (request) => ({ sub: request.user?.sub, page: request.query.page }))
    app.get(`/${name}/pre-handler`, { preHandler: hook, schema }, async (request) => ({ sub: request.user?.sub, page: request.query.page }))
    app.get(`/${name}/on-request-array`, { onRequest: [hook], schema }, async (request) => ({ sub: request.user?.sub, page: request.query.page }))
    app.get(`/${name}/pre-validation-array`, { preValidation: [hook], schema }, async (request) => ({ sub: request.user?.sub, page: request.query.page }))
    app.get(`/${name}/pre-handler-array`, { preHandler: [hook, async () => {}], schema }, async (request) => ({ sub: request.user?.sub, page: request.query.page }))
    app.route({ method: 'GET', url: `/${name}/route/on-request`, onRequest: hook, schema, handler: async (request) => ({ sub: request.user?.sub, page: request.query.page }) })
    app.route({ method: 'GET', url: `/${name}/route/pre-validation`, preValidation: hook, schema, handler: async (request) => ({ sub: request.user?.sub, page: request.query.page }) })
    app.route({ method: 'GET', url: `/${name}/route/pre-handler`, preHandler: hook, schema, handler: async (request) => ({ sub: request.user?.sub, page: request.query.page }) })
    app.route({ method: 'GET', url: `/${name}/route/on-request-array`, onRequest: [hook], schema, handler: async (request) => ({ sub: request.user?.sub, page: request.query.page }) })
    app.route({ method: 'GET', url: `/${name}/route/pre-validation-array`, preValidation: [hook], schema, handler: async (request) => ({ sub: request.user?.sub, page: request.query.page }) })
    app.route({ method: 'GET', url: `/${name}/route/pre-handler-array`, preHandler: [hook], schema, handler: async (request) => ({ sub: request.user?.sub, page: request.query.page }) })
    void app.register(async (child) => {
      child.addHook('onRequest', hook)
      child.withTypeProvider<TypeBoxTypeProvider>().get(`/${name}/hook/on-request`, { schema }, async (request) => ({ sub: request.user?.sub, page: request.query.page }))
    })
    void app.register(async (child) => {
      child.addHook('preValidation', hook)
      child.withTypeProvider<TypeBoxTypeProvider>().get(`/${name}/hook/pre-validation`, { schema }, async (request) => ({ sub: request.user?.sub, page: request.query.page }))
    })
    void app.register(async (child) => {
      child.addHook('preHandler', hook)
      child.withTypeProvider<TypeBoxTypeProvider>().get(`/${name}/hook/pre-handler`, { schema }, async (request) => ({ sub: request.user?.sub, page: request.query.page }))
    })
  }
  return app
}
