/** For users of two groups, but for nobody who is suspended. */
import type { FastifyPluginAsync } from 'fastify'

const shifts = [{ agent: 'agent-1', from: '2026-01-05T08:00:00Z' }]

const routes: FastifyPluginAsync = async (app) => {
  app.get('/shifts', { config: { auth: { groups: { any: ['Admins', 'Auditors'], none: ['Suspended'] } } } }, async () => ({ shifts }))
}

export default routes
