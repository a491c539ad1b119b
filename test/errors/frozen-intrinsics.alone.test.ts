import t from 'tap'
import { addressOf, runModule } from '../support/run-module.js'

const imports = `
import Fastify from 'fastify'
import cognitoAuth, { authenticate, createVerifier, isCognitoAuthError } from ${addressOf('src/index.js')}
import { createTestUserPool } from ${addressOf('src/testing/index.js')}
`

/** A server that meets the rows of the error table, and a verifier; prints what each gave. */
const scene = `
const pool = createTestUserPool()
const app = Fastify()
await app.register(cognitoAuth, pool.options)
app.get('/', { preHandler: authenticate }, async () => 'in')
app.get('/admins', { config: { auth: { groups: ['Admins'] } } }, async () => 'in')
const good = pool.authorization(await pool.accessToken())
const past = Math.floor(Date.now() / 1000) - 60
const told = ({ statusCode, headers, body }) => console.log(statusCode, JSON.parse(body).code, headers['www-authenticate'])
told(await app.inject('/'))
told(await app.inject({ url: '/', headers: { authorization: 'Bearer' } }))
told(await app.inject({ url: '/', headers: pool.authorization('a.b.c') }))
told(await app.inject({ url: '/', headers: pool.authorization(await pool.accessToken({ iat: past - 60, exp: past })) }))
told(await app.inject({ url: '/admins', headers: good }))
console.log((await app.inject({ url: '/', headers: good })).body)
const verifier = createVerifier(pool.options)
console.log((await verifier.verify(await pool.accessToken())).username)
const error = await verifier.verify('x').then(() => null, (error) => error)
console.log(isCognitoAuthError(error), error.code, error.reason)
`

const expected = `401 FST_COGNITO_TOKEN_MISSING Bearer realm="api"
400 FST_COGNITO_REQUEST_INVALID Bearer realm="api", error="invalid_request"
401 FST_COGNITO_TOKEN_INVALID Bearer realm="api", error="invalid_token"
401 FST_COGNITO_TOKEN_EXPIRED Bearer realm="api", error="invalid_token", error_description="Token has expired"
403 FST_COGNITO_FORBIDDEN Bearer realm="api", error="insufficient_scope"
in
test-user
true FST_COGNITO_TOKEN_INVALID format
`

t.test('refusals and verifier work after Object.freeze(Error), once everything is imported', async (t) => {
  t.strictSame(runModule(`${imports}\nObject.freeze(Error)\nObject.freeze(Error.prototype)\n${scene}`), { status: 0, output: expected })
})

t.test('refusals and verifier work where Error was frozen before anything was imported', async (t) => {
  t.strictSame(runModule(imports + scene, ['--import', 'data:text/javascript,Object.freeze(Error)']), { status: 0, output: expected })
})

t.test('without a frozen Error the same program says the same', async (t) => {
  t.strictSame(runModule(imports + scene), { status: 0, output: expected })
})

t.test('the plugin is imported, registered and asked under --frozen-intrinsics', async (t) => {
  t.strictSame(runModule(imports + scene, ['--frozen-intrinsics', '--no-warnings']), { status: 0, output: expected })
})
