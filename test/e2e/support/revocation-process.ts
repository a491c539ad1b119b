/** An application in a process of its own, with a list of revoked tokens in Redis. */
import Fastify from 'fastify'
import { Redis } from 'ioredis'
import cognitoAuth, { getUser } from '../../../src/index.js'
import { createRevocationList, redisStore } from '../../../src/revocation/index.js'

const { REDIS_PORT = '', USER_POOL_ID = '', CLIENT_ID = '', JWKS_URI = '', ISSUER = '' } = process.env

const redis = new Redis({ port: Number(REDIS_PORT), maxRetriesPerRequest: 1, retryStrategy: () => 50 })
redis.on('error', () => {})
const list = createRevocationList({ store: redisStore(([command = '', ...args]) => redis.call(command, ...args)), pollInterval: 200, timeout: 60_000 })

const app = Fastify()
await app.register(cognitoAuth, { userPoolId: USER_POOL_ID, clientId: CLIENT_ID, jwksUri: JWKS_URI, issuer: ISSUER, isRevoked: list.isRevoked })
app.get('/', { config: { auth: 'required' } }, async () => 'in')
app.get('/ask', { config: { auth: { revocation: 'ask' } } }, async () => 'in')
app.post('/sign-out', { config: { auth: 'required' } }, async (request) => list.revokeSession(getUser(request)))
app.addHook('onClose', async () => {
  list.close()
  redis.disconnect()
})
process.once('SIGTERM', () => { void app.close().then(() => { console.log('closed') }) })
await list.refresh()
console.log(`Listening on ${await app.listen({ host: '127.0.0.1', port: 0 })}`)
