/** Whether requests with tokens can be served: public, for load balancers and orchestrators. */
import type { FastifyPluginAsync } from 'fastify'

const routes: FastifyPluginAsync = async (app) => {
  app.get('/ready', { config: { auth: 'public' } }, async (_request, reply) => {
    // What went wrong (`lastError`) names addresses of this deployment: that is for the log, not for callers.
    const keys = app.cognitoAuth.status().map(({ issuer, state, age }) => ({ issuer, state, age }))
    // A user pool has one of its two issuers, so one with keys is enough.
    const isReady = keys.some(({ state }) => state !== 'empty')
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'waiting for signing keys', keys })
  })
}

export default routes
