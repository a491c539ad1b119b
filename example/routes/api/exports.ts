/** For administrators, and for machines with the scope. */
import type { FastifyPluginAsync } from 'fastify'

const routes: FastifyPluginAsync = async (app) => {
  app.get('/exports', {
    config: { auth: { anyOf: [{ roles: ['Admin'] }, { tokenUse: 'access', scopes: ['exports-api/read'] }] } }
  }, async () => ({ exports: [] }))
}

export default routes
