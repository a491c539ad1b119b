// The API under load, in a process of its own: one guarded route, and how its keys stand.
import Fastify from 'fastify'
import cognitoAuth from '../../src/index.js'

const app = Fastify()
await app.register(cognitoAuth, JSON.parse(process.argv[2]))
app.get('/guarded', { config: { auth: 'required' } }, async (request) => ({ sub: request.user.sub }))
app.get('/open', async () => ({ sub: 'anybody' }))
app.get('/status', async () => app.cognitoAuth.status().map(({ state, lastError }) => `${state}${lastError === null ? '' : ` (${lastError.message})`}`))
await app.listen({ host: '127.0.0.1', port: 0 })

process.on('disconnect', () => app.close())
process.send(app.server.address().port)
