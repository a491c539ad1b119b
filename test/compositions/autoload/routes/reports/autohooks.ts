import type { FastifyInstance } from 'fastify'
import { authenticate } from '../../../../../src/index.js'

/** Guards every route of this folder and of those below; imported, so that the order of loading cannot matter. */
export default async function hooks (app: FastifyInstance): Promise<void> {
  app.addHook('onRequest', authenticate)
}
