/** Whose tokens are accepted, and which roles their holders have. */
import type { FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import cognitoAuth from '../../src/index.js'
import type { AppOptions } from '../app.js'
import { defaultRole, roles } from '../roles.js'

const plugin: FastifyPluginAsync<AppOptions> = async (app, { auth, revocations }) => {
  // The list's own function, not one around it: a function around it would hide the list from the plugin.
  await app.register(cognitoAuth, {
    ...auth,
    roles,
    defaultRole,
    // A missing token is no news, and a flood is told rather than transcribed.
    log: { refusals: ({ code }) => code === 'FST_COGNITO_TOKEN_MISSING' ? 'debug' : 'info', limit: 10 },
    ...(revocations === undefined ? {} : { isRevoked: revocations.isRevoked })
  })
}

// A preflight has no token: what answers it must come first.
export default fp(plugin, { name: 'example-cognito-auth', dependencies: ['example-cors'] })
