/** For auditors and administrators. */
import type { FastifyPluginAsync } from 'fastify'

const entries = [{ at: '2026-01-05T09:30:00Z', action: 'agent-2 was started' }]

const routes: FastifyPluginAsync = async (app) => {
  app.get('/audit', { config: { auth: { roles: ['Auditor', 'Admin'] } } }, async () => ({ entries }))
}

export default routes
