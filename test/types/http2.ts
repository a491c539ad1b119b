/** The matrix over an HTTP/2 instance. */
import Fastify from 'fastify'
import type { Http2ServerRequest } from 'node:http2'
import cognitoAuth from '../../src/index.js'
import type { User } from '../../src/index.js'
import type { TestUserPool } from '../../src/testing/index.js'
import { exactly } from './equal.js'
import { hooksOf } from './hooks.js'
import type { MatrixApp } from './matrix.js'

export async function http2 (pool: TestUserPool): Promise<MatrixApp> {
  const app = Fastify({ http2: true })
  await app.register(cognitoAuth, pool.options)
  for (const [name, hook] of hooksOf(app)) {
    app.get(`/${name}/on-request`, { onRequest: hook }, async (request) => {
      exactly<User | null>()(request.user, true)
      exactly<Http2ServerRequest>()(request.raw, true)
      return { sub: request.user?.sub }
    })
    app.get(`/${name}/pre-validation`, { preValidation: hook }, async (request) => ({ sub: request.user?.sub }))
    app.get(`/${name}/pre-handler`, { preHandler: hook }, async (request) => ({ sub: request.user?.sub }))
    app.get(`/${name}/on-request-array`, { onRequest: [hook] }, async (request) => ({ sub: request.user?.sub }))
    app.get(`/${name}/pre-validation-array`, { preValidation: [hook] }, async (request) => ({ sub: request.user?.sub }))
    app.get(`/${name}/pre-handler-array`, { preHandler: [hook, async () => {}] }, async (request) => ({ sub: request.user?.sub }))
    app.route({ method: 'GET', url: `/${name}/route/on-request`, onRequest: hook, handler: async (request) => ({ sub: request.user?.sub }) })
    app.route({ method: 'GET', url: `/${name}/route/pre-validation`, preValidation: hook, handler: async (request) => ({ sub: request.user?.sub }) })
    app.route({ method: 'GET', url: `/${name}/route/pre-handler`, preHandler: hook, handler: async (request) => ({ sub: request.user?.sub }) })
    app.route({ method: 'GET', url: `/${name}/route/on-request-array`, onRequest: [hook], handler: async (request) => ({ sub: request.user?.sub }) })
    app.route({ method: 'GET', url: `/${name}/route/pre-validation-array`, preValidation: [hook], handler: async (request) => ({ sub: request.user?.sub }) })
    app.route({ method: 'GET', url: `/${name}/route/pre-handler-array`, preHandler: [hook], handler: async (request) => ({ sub: request.user?.sub }) })
    void app.register(async (child) => {
      child.addHook('onRequest', hook)
      child.get(`/${name}/hook/on-request`, async (request) => ({ sub: request.user?.sub }))
    })
    void app.register(async (child) => {
      child.addHook('preValidation', hook)
      child.get(`/${name}/hook/pre-validation`, async (request) => ({ sub: request.user?.sub }))
    })
    void app.register(async (child) => {
      child.addHook('preHandler', hook)
      child.get(`/${name}/hook/pre-handler`, async (request) => ({ sub: request.user?.sub }))
    })
  }
  return app
}
