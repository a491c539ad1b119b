// An application and its test pool, the same for every test runner.
import Fastify from 'fastify'
import cognitoAuth from 'fastify-cognito-auth'
import { createTestUserPool } from 'fastify-cognito-auth/testing'

/** What an admin gets, somebody else, an expired token, and an admin while the keys cannot be had. */
export async function outcomes () {
  const now = Math.floor(Date.now() / 1000)
  const pool = createTestUserPool()
  const offline = createTestUserPool()
  offline.goDown()
  return [
    await outcomeOf(pool, await pool.accessToken({ groups: ['Admins'] })),
    await outcomeOf(pool, await pool.accessToken()),
    await outcomeOf(pool, await pool.accessToken({ groups: ['Admins'], iat: now - 120, exp: now - 60 })),
    await outcomeOf(offline, await offline.accessToken({ groups: ['Admins'] }))
  ]
}

async function outcomeOf (pool, token) {
  const app = Fastify()
  await app.register(cognitoAuth, pool.options)
  app.get('/admin', { config: { auth: { groups: ['Admins'] } } }, async () => 'ok')
  const response = await app.inject({ url: '/admin', headers: pool.authorization(token) })
  return response.statusCode === 200 ? 200 : `${response.statusCode} ${response.json().code}`
}
