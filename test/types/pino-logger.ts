/** The matrix over an instance with the application's own pino logger. */
import Fastify from 'fastify'
import { pino } from 'pino'
import type { Logger } from 'pino'
import cognitoAuth from '../../src/index.js'
import type { User } from '../../src/index.js'
import type { TestUserPool } from '../../src/testing/index.js'
import { exactly } from './equal.js'
import { hooksOf } from './hooks.js'
import type { MatrixApp } from './matrix.js'

export async function pinoLogger (pool: TestUserPool): Promise<MatrixApp> {
  const app = Fastify({ loggerInstance: pino({ level: 'silent' }) })
  await app.register(cognitoAuth, pool.options)
  for (const [name, hook] of hooksOf(app)) {
    app.get(`/${name}/on-request`, { onRequest: hook }, async (request) => {
      exactly<User | null>()(request.user, true)
      exactly<Logger>()(request.log, true)
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
