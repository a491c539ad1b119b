/** For administrators who have signed in within the last five minutes. */
import type { FastifyPluginAsync } from 'fastify'

const routes: FastifyPluginAsync = async (app) => {
  app.post('/keys', { config: { auth: { roles: ['Admin'], maxAge: 300 } } }, async (_request, reply) => reply.code(201).send({ key: 'made' }))
}

export default routes
