// The first example of the README, as ECMAScript modules.
import assert from 'node:assert/strict'
import Fastify from 'fastify'
import cognitoAuth, * as named from 'fastify-cognito-auth'
import { createTestUserPool } from 'fastify-cognito-auth/testing'

const pool = createTestUserPool()
const app = Fastify()
await app.register(cognitoAuth, pool.options)
app.get('/me', { preHandler: app.authenticate }, async (request) => named.getUser(request).username)
assert.equal((await app.inject('/me')).statusCode, 401)
assert.equal((await app.inject({ url: '/me', headers: pool.authorization(await pool.accessToken()) })).body, 'test-user')
await app.close()
console.log(`${process.version} ran`)
