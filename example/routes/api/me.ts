/** Who is calling, as the plugin sees it. */
import type { FastifyPluginAsync } from 'fastify'

const routes: FastifyPluginAsync = async (app) => {
  app.get('/me', { config: { auth: 'required' } }, async (request) => request.user)
}

export default routes
