import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import Fastify from 'fastify'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import type { Test } from 'tap'
import cognitoAuth from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { childEnvironment } from '../support/child-environment.js'
import { assertRefused } from '../support/refusals.js'
import { rejectionOf } from '../support/rejection.js'

interface JwtOptions {
  readonly secret: string
  readonly decoratorName?: string
}

// Not imported: its types declare a `request.user` of their own, which one program cannot hold beside ours.
const jwt = createRequire(import.meta.url)('@fastify/jwt') as FastifyPluginAsync<JwtOptions>
const secret = 'not a secret, since only this test uses it'
const pool = createTestUserPool()

function open (t: Test): FastifyInstance {
  const app = Fastify()
  t.teardown(() => app.close())
  return app
}

/** What @fastify/jwt adds, as far as it is used here. */
interface JwtInstance {
  readonly jwt: { sign (payload: object): string }
}

interface JwtRequest {
  readonly session: { readonly sub: string } | null
  jwtVerify (): Promise<unknown>
}

t.test('@fastify/jwt registered before stops the start with an error that names the clash and the way out', async (t) => {
  const app = open(t)
  await app.register(jwt, { secret })
  await t.rejects(async () => { await app.register(cognitoAuth, pool.options) }, {
    code: 'FST_COGNITO_REGISTRATION_INVALID',
    message: /another plugin has decorated "request\.user" \(@fastify\/jwt can rename its own with decoratorName\)/
  })
})

t.test('@fastify/jwt registered after stops the start with an error that names what is declared twice', async (t) => {
  // In a process of its own: @fastify/jwt throws where its caller cannot catch it, which ends the process.
  const program = fileURLToPath(new URL('programs/jwt-last.ts', import.meta.url))
  const ended = rejectionOf(promisify(execFile)(process.execPath, ['--import', 'tsx', program], { env: childEnvironment() }))
  t.match(await ended, { code: 1, stdout: '', stderr: /FST_ERR_DEC_ALREADY_PRESENT.*'user'|'user'.*FST_ERR_DEC_ALREADY_PRESENT/s })
})

for (const order of ['jwt first', 'jwt last'] as const) {
  t.test(`@fastify/jwt with a decoratorName of its own works beside, and neither takes the other's tokens: ${order}`, async (t) => {
    const app = open(t)
    const options = { secret, decoratorName: 'session' }
    if (order === 'jwt first') await app.register(jwt, options)
    await app.register(cognitoAuth, pool.options)
    if (order === 'jwt last') await app.register(jwt, options)
    app.get('/cognito', { config: { auth: 'required' } }, async (request) => ({ sub: request.user?.sub }))
    app.get('/session', async (request) => {
      const jwtRequest = request as unknown as JwtRequest
      await jwtRequest.jwtVerify()
      return { sub: jwtRequest.session?.sub, user: request.user }
    })

    const ofCognito = pool.authorization(await pool.accessToken({ sub: 'from Cognito' }))
    const ofSession = pool.authorization((app as unknown as JwtInstance).jwt.sign({ sub: 'from the session' }))
    t.same((await app.inject({ url: '/cognito', headers: ofCognito })).json(), { sub: 'from Cognito' })
    t.same((await app.inject({ url: '/session', headers: ofSession })).json(), { sub: 'from the session', user: null })
    assertRefused(t, await app.inject({ url: '/cognito', headers: ofSession }), 'FST_COGNITO_TOKEN_INVALID')
    const refused = await app.inject({ url: '/session', headers: ofCognito })
    t.ok(refused.statusCode >= 400, 'with which error is for @fastify/jwt to say')
    t.notMatch(refused.body, 'from Cognito')
  })
}
