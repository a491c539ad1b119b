/** An application as CommonJS that imports the package at run time, for every version of TypeScript. */
import assert from 'node:assert/strict'
import Fastify from 'fastify'

async function main (): Promise<void> {
  const { default: cognitoAuth, authenticate } = await import('fastify-cognito-auth')
  const { createTestUserPool } = await import('fastify-cognito-auth/testing')
  const pool = createTestUserPool()
  const app = Fastify()
  await app.register(cognitoAuth, pool.options)
  app.get('/', { preHandler: authenticate, config: { auth: { groups: ['Admins'] } } }, async (request) => request.user?.id)
  // @ts-expect-error A misspelt mode.
  const refused = (): unknown => app.get('/refused', { config: { auth: 'require' } }, async () => 'in')
  assert.equal(typeof refused, 'function')
  assert.equal((await app.inject('/')).statusCode, 401)
  assert.equal((await app.inject({ url: '/', headers: pool.authorization(await pool.accessToken()) })).statusCode, 403)
  await app.close()
}

void main()
