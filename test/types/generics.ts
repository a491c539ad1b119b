/** The matrix over routes with a route generic. */
import Fastify from 'fastify'
import cognitoAuth from '../../src/index.js'
import type { User } from '../../src/index.js'
import type { TestUserPool } from '../../src/testing/index.js'
import { exactly } from './equal.js'
import { hooksOf } from './hooks.js'
import type { MatrixApp } from './matrix.js'

interface Item {
  Params: { id: string }
  Querystring: { page?: string }
  Reply: { sub: string | undefined, id: string }
}

export async function generics (pool: TestUserPool): Promise<MatrixApp> {
  const app = Fastify()
  await app.register(cognitoAuth, pool.options)
  for (const [name, hook] of hooksOf(app)) {
    app.get<Item>(`/${name}/on-request/:id`, { onRequest: hook }, async (request) => {
      exactly<User | null>()(request.user, true)
      exactly<string>()(request.params.id, true)
      exactly<string | undefined>()(request.query.page, true)
      return { sub: request.user?.sub, id: request.params.id }
    })
    app.get<Item>(`/${name}/pre-validation/:id`, { preValidation: hook }, async (request) => ({ sub: request.user?.sub, id: request.params.id }))
    app.get<Item>(`/${name}/pre-handler/:id`, { preHandler: hook }, async (request) => ({ sub: request.user?.sub, id: request.params.id }))
    app.get<Item>(`/${name}/on-request-array/:id`, { onRequest: [hook] }, async (request) => ({ sub: request.user?.sub, id: request.params.id }))
    app.get<Item>(`/${name}/pre-validation-array/:id`, { preValidation: [hook] }, async (request) => ({ sub: request.user?.sub, id: request.params.id }))
    app.get<Item>(`/${name}/pre-handler-array/:id`, { preHandler: [hook, async () => {}] }, async (request) => ({ sub: request.user?.sub, id: request.params.id }))
    app.route<Item>({ method: 'GET', url: `/${name}/route/on-request/:id`, onRequest: hook, handler: async (request) => ({ sub: request.user?.sub, id: request.params.id }) })
    app.route<Item>({ method: 'GET', url: `/${name}/route/pre-validation/:id`, preValidation: hook, handler: async (request) => ({ sub: request.user?.sub, id: request.params.id }) })
    app.route<Item>({ method: 'GET', url: `/${name}/route/pre-handler/:id`, preHandler: hook, handler: async (request) => ({ sub: request.user?.sub, id: request.params.id }) })
    app.route<Item>({ method: 'GET', url: `/${name}/route/on-request-array/:id`, onRequest: [hook], handler: async (request) => ({ sub: request.user?.sub, id: request.params.id }) })
    app.route<Item>({ method: 'GET', url: `/${name}/route/pre-validation-array/:id`, preValidation: [hook], handler: async (request) => ({ sub: request.user?.sub, id: request.params.id }) })
    app.route<Item>({ method: 'GET', url: `/${name}/route/pre-handler-array/:id`, preHandler: [hook], handler: async (request) => ({ sub: request.user?.sub, id: request.params.id }) })
    void app.register(async (child) => {
      child.addHook('onRequest', hook)
      child.get<Item>(`/${name}/hook/on-request/:id`, async (request) => ({ sub: request.user?.sub, id: request.params.id }))
    })
    void app.register(async (child) => {
      child.addHook('preValidation', hook)
      child.get<Item>(`/${name}/hook/pre-validation/:id`, async (request) => ({ sub: request.user?.sub, id: request.params.id }))
    })
    void app.register(async (child) => {
      child.addHook('preHandler', hook)
      child.get<Item>(`/${name}/hook/pre-handler/:id`, async (request) => ({ sub: request.user?.sub, id: request.params.id }))
    })
  }
  return app
}
