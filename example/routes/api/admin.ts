/** For administrators. */
import type { FastifyPluginAsync } from 'fastify'
import { getUser } from '../../../src/index.js'

const routes: FastifyPluginAsync = async (app) => {
  app.get('/admin', { config: { auth: { roles: ['Admin'] } } }, async (request) => ({
    administrator: getUser(request).username,
    // How every route is protected, as the plugin has read it.
    routes: app.cognitoAuth.routes().map(({ method, url, auth, requirements }) => ({ method, url, auth, requirements }))
  }))
}

export default routes
