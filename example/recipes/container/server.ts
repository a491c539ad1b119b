/** An API for a container: everything comes from the environment, it says when it is ready, and ends in order. */
import Fastify from 'fastify'
import cognitoAuth from '../../../src/index.js'

const { COGNITO_USER_POOL_ID: userPoolId, COGNITO_CLIENT_ID: clientId, COGNITO_JWKS_URI: jwksUri, PORT = '3000' } = process.env
if (userPoolId === undefined || clientId === undefined) throw new Error('set COGNITO_USER_POOL_ID and COGNITO_CLIENT_ID')

const app = Fastify({ logger: true })
await app.register(cognitoAuth, { userPoolId, clientId, ...(jwksUri === undefined ? {} : { jwksUri }) })

// Liveness: the process answers. An outage of Cognito must not restart it, or it would lose the keys it has.
app.get('/health', { config: { auth: 'public' } }, async () => ({ status: 'ok' }))

// Readiness: there are keys. A pool has one of its two issuers, so one with keys is enough.
app.get('/ready', { config: { auth: 'public' } }, async (_request, reply) => {
  const isReady = app.cognitoAuth.status().some(({ state }) => state !== 'empty')
  return reply.code(isReady ? 200 : 503).send({ ready: isReady })
})

app.get('/me', { config: { auth: 'required' } }, async ({ user }) => user)

// Open requests are answered before the process ends.
process.once('SIGTERM', () => { void app.close() })
await app.listen({ host: '0.0.0.0', port: Number(PORT) })
