import type { FastifyInstance } from 'fastify'

/** Says nothing of its protection. */
export default async function routes (app: FastifyInstance): Promise<void> {
  app.get('/', async () => 'in')
}
