/** Whether the process is alive: public, and no business of the key source. */
import type { FastifyPluginAsync } from 'fastify'

const routes: FastifyPluginAsync = async (app) => {
  app.get('/health', { config: { auth: 'public' } }, async () => ({ status: 'ok' }))
}

export default routes
