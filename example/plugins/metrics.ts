/** What authentication does, in numbers: `GET /metrics` for Prometheus, open to Admins. */
import type { FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import { Registry } from 'prom-client'
// An application writes 'fastify-cognito-auth/telemetry/prometheus' here.
import { registerMetrics } from '../../src/telemetry/prometheus.js'

const plugin: FastifyPluginAsync = async (app) => {
  const register = new Registry()
  const end = registerMetrics(register)
  app.addHook('onClose', async () => end())
  app.get('/metrics', { config: { auth: { roles: ['Admin'] } } }, async (_request, reply) => reply.type(register.contentType).send(await register.metrics()))
}

export default fp(plugin, { name: 'example-metrics', dependencies: ['example-cognito-auth'] })
