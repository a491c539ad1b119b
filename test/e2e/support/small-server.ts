/** An application in a process of its own, whose heap is as small as the test makes it. */
import Fastify from 'fastify'
import cognitoAuth from '../../../src/index.js'

const { USER_POOL_ID = '', CLIENT_ID = '', JWKS_URI = '', ISSUER = '', KEY_TIMEOUT = '' } = process.env

const app = Fastify()
let arrived = 0
app.addHook('onRequest', async (request) => { if (request.url === '/') arrived++ })
await app.register(cognitoAuth, { userPoolId: USER_POOL_ID, clientId: CLIENT_ID, jwksUri: JWKS_URI, issuer: ISSUER, keys: { timeout: Number(KEY_TIMEOUT) } })
app.get('/', { config: { auth: 'required' } }, async () => 'in')
app.get('/arrived', { config: { auth: 'public' } }, async () => arrived)
process.once('SIGTERM', () => { void app.close() })
console.log(`Listening on ${await app.listen({ host: '127.0.0.1', port: 0 })}`)
