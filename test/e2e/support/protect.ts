/** The plugin of the sources before one route, for a process that is stopped. */
import type { FastifyInstance } from 'fastify'
import cognitoAuth from '../../../src/index.js'
import type { CognitoAuthOptions } from '../../../src/index.js'

/** Adds the route `/guarded`. */
export async function protect (app: FastifyInstance, options: CognitoAuthOptions): Promise<void> {
  await app.register(cognitoAuth, options)
  app.get('/guarded', { config: { auth: 'required' } }, async () => 'ok')
}
