/** An application as ECMAScript modules, compiled against the packed tarball and run. */
import assert from 'node:assert/strict'
import Fastify from 'fastify'
import cognitoAuth, { authenticate, authorize, createVerifier, getUser, isCognitoAuthError } from 'fastify-cognito-auth'
import type { AuthRequirement, CognitoAuthOptions, RouteAuthConfig } from 'fastify-cognito-auth'
import { createTestUserPool } from 'fastify-cognito-auth/testing'
import * as alone from 'fastify-cognito-auth/verifier'
import type { Employee } from './employee.js'

const pool = createTestUserPool()
const options: CognitoAuthOptions = { ...pool.options, roles: { Admins: 'Admin' }, mapUser: (account) => ({ id: account.sub, account }) }
const requirement: AuthRequirement = { roles: ['Admin'] }
const auth: RouteAuthConfig = requirement

const app = Fastify()
await app.register(cognitoAuth, options)
app.get('/config', { config: { auth } }, async (request) => {
  const user: Employee | null = request.user
  return user?.id
})
app.get('/imported', { preHandler: [authenticate, authorize({ groups: ['Admins'] })] }, async (request) => getUser(request).id)
app.get('/decorated', { onRequest: app.authenticate, preHandler: app.authorize(requirement) }, async (request) => request.user?.account.sub)

/** Never called: what must not compile. */
export function refused (): void {
  // @ts-expect-error A misspelt option.
  void app.register(cognitoAuth, { userPoolId: pool.userPoolId, clientID: pool.clientId })
  // @ts-expect-error A misspelt mode.
  app.get('/', { config: { auth: 'require' } }, async () => 'in')
  // @ts-expect-error A role that was not merged.
  app.get('/', { config: { auth: { roles: ['Operator'] } } }, async () => 'in')
  // @ts-expect-error Not the user that was merged.
  app.get('/', async (request) => request.user?.sub)
}

for (const url of ['/config', '/imported', '/decorated']) {
  assert.equal((await app.inject(url)).statusCode, 401)
  const headers = pool.authorization(await pool.accessToken({ sub: 'admin', groups: ['Admins'] }))
  assert.equal((await app.inject({ url, headers })).body, 'admin')
}
await app.close()

const verifier = createVerifier({ ...pool.options, mapUser: (account) => ({ id: account.sub, account }) })
const employee: Employee = await verifier.verify(await pool.accessToken({ sub: 'one' }))
assert.equal(employee.id, 'one')
await assert.rejects(verifier.verify('x'), (error) => isCognitoAuthError(error) && error.code === 'FST_COGNITO_TOKEN_INVALID')
verifier.close()

// The verifier's own entry has the same functions, and the types that were merged.
assert.equal(alone.createVerifier, createVerifier)
assert.equal(alone.isCognitoAuthError, isCognitoAuthError)
const standalone = alone.createVerifier({ ...pool.options, mapUser: (account) => ({ id: account.sub, account }) })
const verified: Employee = await standalone.verify(await pool.accessToken({ sub: 'two' }))
assert.equal(verified.id, 'two')
standalone.close()
