// This package, as its README begins: the defaults, and a route that says it needs a user, or with `auth` what else.
import Fastify from 'fastify'
import { addRoutes } from './answer.js'

/** `watch`: metrics for Prometheus; `resolved`: the pool is known at run time only; `revocations`: a list of so many revoked tokens, whose store is this process. */
export async function createServer ({ plugin, userPoolId, clientId, jwksUri, auth = 'required', watch = false, resolved = false, revocations = 0 }) {
  const { default: cognitoAuth } = await import(plugin)
  if (watch) {
    const [{ registerMetrics }, { register }] = await Promise.all([import(new URL('prometheus.js', plugin)), import('prom-client')])
    registerMetrics(register)
  }
  const app = Fastify()
  const revoking = revocations === 0 ? {} : { isRevoked: await createIsRevoked(plugin, userPoolId, revocations) }
  const pool = { userPoolId, clientId, jwksUri }
  await app.register(cognitoAuth, { ...(resolved ? { userPools: { resolve: () => pool } } : pool), ...revoking })
  return addRoutes(app, { config: { auth } })
}

async function createIsRevoked (plugin, userPoolId, count) {
  const { createRevocationList } = await import(new URL('revocation.js', plugin))
  const now = () => Math.floor(Date.now() / 1000)
  const entries = Array.from({ length: count }, (_, at) => ({ kind: 'session', userPoolId, id: `session-${at}`, moment: now() }))
  // An answer takes a turn of the event loop, as one over a socket does; what a network adds is not measured here.
  const readAfter = (cursor) => new Promise((resolve) => {
    setImmediate(() => resolve({ entries: cursor === null ? entries : [], cursor: 'end', more: false, now: now() }))
  })
  const list = createRevocationList({ store: { append: async () => { throw new Error('read only') }, readAfter } })
  await list.refresh()
  return list.isRevoked
}
