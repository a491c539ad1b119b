import type { FastifyInstance } from 'fastify'

/** Guarded by the hook beside it. */
export default async function routes (app: FastifyInstance): Promise<void> {
  app.get('/', async (request) => ({ sub: request.user?.sub }))
}
