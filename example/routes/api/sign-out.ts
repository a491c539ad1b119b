/** Signing out on all machines; there are no such routes where the machines share no list. */
import type { FastifyInstance, FastifyPluginAsync, FastifyReply } from 'fastify'
import { getUser } from '../../../src/index.js'
import type { AppOptions } from '../../app.js'

interface OfUser {
  Params: { sub: string }
}

// An empty `sub` would be nobody's.
const params = { type: 'object', properties: { sub: { type: 'string', minLength: 1 } } }

// An application tells Cognito first (GlobalSignOut, AdminUserGlobalSignOut): the refresh token would get new tokens.
const routes: FastifyPluginAsync<AppOptions> = async (app: FastifyInstance, { revocations }) => {
  if (revocations === undefined) return

  app.post('/sign-out', { config: { auth: 'required' } }, async (request, reply) =>
    answer(app, reply, revocations.revokeSession(getUser(request))))

  // Of the administrator's own pool: nobody signs out the users of another.
  app.post<OfUser>('/admin/users/:sub/sign-out', { schema: { params }, config: { auth: { roles: ['Admin'] } } }, async (request, reply) =>
    answer(app, reply, revocations.revokeUser(getUser(request).userPoolId, request.params.sub)))
}

/** Answers once the revocation is stored; nobody may believe to be signed out who is not. */
async function answer (app: FastifyInstance, reply: FastifyReply, revoking: Promise<unknown>): Promise<FastifyReply> {
  try {
    await revoking
  } catch (error) {
    // It names addresses of this deployment: that is for the log, not for callers.
    reply.log.error({ err: error }, 'a sign-out could not be stored')
    throw app.httpErrors.serviceUnavailable('The sign-out could not be stored: try again')
  }
  return reply.code(204).send()
}

export default routes
