// The first example of the README, as CommonJS: Fastify finds the plugin in what require() gives.
const assert = require('node:assert/strict')
const Fastify = require('fastify')
const named = require('fastify-cognito-auth')
const { createTestUserPool } = require('fastify-cognito-auth/testing')

async function main () {
  const pool = createTestUserPool()
  const app = Fastify()
  await app.register(require('fastify-cognito-auth'), pool.options)
  app.get('/me', { preHandler: app.authenticate }, async (request) => named.getUser(request).username)
  app.get('/imported', { preHandler: named.authorize({ groups: ['Admins'] }) }, async () => 'in')
  assert.equal((await app.inject('/me')).statusCode, 401)
  assert.equal((await app.inject({ url: '/me', headers: pool.authorization(await pool.accessToken()) })).body, 'test-user')
  assert.equal((await app.inject('/imported')).statusCode, 401)
  await app.close()
  console.log(`${process.version} ran`)
}

main()
