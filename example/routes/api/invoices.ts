/** For the tenant in the address, as far as its plan has invoices. */
import type { FastifyPluginAsync } from 'fastify'

const routes: FastifyPluginAsync = async (app) => {
  app.get('/tenants/:tenant/invoices', {
    config: { auth: { match: { 'custom:tenant': 'params.tenant' }, claims: { 'custom:plan': ['team', 'enterprise'] } } }
  }, async () => ({ invoices: [] }))
}

export default routes
