/** Whose tokens are accepted, and which roles their holders have. */
import type { FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import cognitoAuth from '../../src/index.js'
import type { AppOptions } from '../app.js'
import { defaultRole, roles } from '../roles.js'

const plugin: FastifyPluginAsync<AppOptions> = async (app, { auth }) => {
  await app.register(cognitoAuth, { ...auth, roles, defaultRole })
}

// A preflight has no token: what answers it must come first.
export default fp(plugin, { name: 'example-cognito-auth', dependencies: ['example-cors'] })
