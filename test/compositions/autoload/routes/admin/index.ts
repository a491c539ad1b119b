import type { FastifyInstance } from 'fastify'

/** Guarded by config. */
export default async function routes (app: FastifyInstance): Promise<void> {
  app.get('/', { config: { auth: { groups: ['Admins'] } } }, async () => 'in')
}
