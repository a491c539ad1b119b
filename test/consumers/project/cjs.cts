/** An application as CommonJS that requires the package; TypeScript allows that since 5.8. */
import assert from 'node:assert/strict'
import Fastify from 'fastify'
import cognitoAuth, { authenticate } from 'fastify-cognito-auth'
import { createTestUserPool } from 'fastify-cognito-auth/testing'

async function main (): Promise<void> {
  const pool = createTestUserPool()
  const app = Fastify()
  await app.register(cognitoAuth, pool.options)
  app.get('/', { preHandler: authenticate }, async (request) => request.user?.account)
  // @ts-expect-error A misspelt mode.
  const refused = (): unknown => app.get('/refused', { config: { auth: 'require' } }, async () => 'in')
  assert.equal(typeof refused, 'function')
  assert.equal((await app.inject('/')).statusCode, 401)
  assert.equal((await app.inject({ url: '/', headers: pool.authorization(await pool.accessToken()) })).statusCode, 200)
  await app.close()
}

void main()
