/** For any user of the pool. */
import type { FastifyPluginAsync } from 'fastify'

const agents = [
  { id: 'agent-1', status: 'idle' },
  { id: 'agent-2', status: 'working' }
]

const routes: FastifyPluginAsync = async (app) => {
  app.get('/status', { config: { auth: 'required' } }, async () => ({ agents }))
}

export default routes
