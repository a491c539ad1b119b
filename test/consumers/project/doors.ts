/** The doors that need another package, or a place of their own: compiled against the packed tarball and run. */
import assert from 'node:assert/strict'
import swagger from '@fastify/swagger'
import Fastify from 'fastify'
import cognitoAuth from 'fastify-cognito-auth'
import { mcpAuth, toAuthInfo } from 'fastify-cognito-auth/mcp'
import type { McpAuthInfo } from 'fastify-cognito-auth/mcp'
import { cognitoOpenApi } from 'fastify-cognito-auth/openapi'
import { createRevocationList, redisStore } from 'fastify-cognito-auth/revocation'
import type { RevocationStore } from 'fastify-cognito-auth/revocation'
import { createTestUserPool } from 'fastify-cognito-auth/testing'

const pool = createTestUserPool()
const app = Fastify()
await app.register(swagger, cognitoOpenApi({ openapi: { info: { title: 'Consumers', version: '1.0.0' } } }))
await app.register(cognitoAuth, pool.options)
app.post('/mcp', { onRequest: mcpAuth }, async (request) => {
  const info: McpAuthInfo = toAuthInfo(request)
  return info.extra.sub
})
await app.ready()
assert.equal((await app.inject({ method: 'POST', url: '/mcp' })).statusCode, 401)
const sent = async (token: string) => app.inject({ method: 'POST', url: '/mcp', headers: pool.authorization(token) })
assert.equal((await sent(await pool.accessToken({ sub: 'caller' }))).body, 'caller')
assert.equal((await sent(await pool.idToken())).statusCode, 403)
assert.match(JSON.stringify(app.swagger()), /"securitySchemes"/)
await app.close()

const store: RevocationStore = redisStore(async () => null)
assert.equal(typeof createRevocationList, 'function')
assert.ok(store)

/** Never called: what must not compile. */
export function refused (): void {
  // @ts-expect-error A list without a store.
  createRevocationList({})
  // @ts-expect-error No request.
  toAuthInfo({})
}
