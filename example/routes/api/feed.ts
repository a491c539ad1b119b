/** For everyone, and a little more for those who have signed in. */
import type { FastifyPluginAsync } from 'fastify'

const routes: FastifyPluginAsync = async (app) => {
  app.get('/feed', { config: { auth: 'optional' } }, async ({ user }) => ({
    reader: user === null ? 'guest' : user.username ?? user.clientId,
    items: user === null ? ['Welcome'] : ['Welcome', `Your role is ${user.role}`]
  }))
}

export default routes
