import t from 'tap'
import swaggerUi from '@fastify/swagger-ui'
import swagger from '@fastify/swagger'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import Fastify from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import cognitoAuth from '../../src/index.js'
import { cognitoOpenApi } from '../../src/openapi/index.js'
import { refusals } from '../support/refusals.js'
import { assertValid, build, documentOf, languages, operationOf, pool } from './support/document.js'
import type { Document } from './support/document.js'

const user = [{ cognito: [] }]

for (const language of ['3.0', '3.1']) {
  t.test(`the transforms of the zod provider are wrapped, and what is sent is what zod says: ${language}`, async (t) => {
    const { app } = await build(t, {
      swagger: { ...languages[language], transform: jsonSchemaTransform, transformObject: jsonSchemaTransformObject },
      declare: (app) => {
        app.setValidatorCompiler(validatorCompiler)
        app.setSerializerCompiler(serializerCompiler)
        const typed = app.withTypeProvider<ZodTypeProvider>()
        const order = z.object({ id: z.string() })
        typed.get('/orders/:id', { schema: { params: order, response: { 200: order } }, config: { auth: { groups: ['Staff'] } } }, async ({ params }) => params)
        typed.get('/hidden', { schema: { hide: true }, config: { auth: 'required' } }, async () => 'in')
      }
    })
    const document = await documentOf(t, app)
    const operation = operationOf(document, '/orders/{id}')
    t.match(operation, { security: user, description: 'Needs the group `Staff`.', parameters: [{ in: 'path', name: 'id' }] })
    t.strictSame(Object.keys(operation.responses), ['200', '401', '403', '503'])
    t.strictSame(Object.keys(document.paths), ['/orders/{id}'])
    t.equal((await app.inject('/orders/1')).body, refusals.FST_COGNITO_TOKEN_MISSING.body)
    t.strictSame((await app.inject({ url: '/orders/1', headers: pool.authorization(await pool.accessToken({ groups: ['Staff'] })) })).json(), { id: '1' })
  })
}

for (const [language, swaggerOptions] of Object.entries(languages)) {
  t.test(`schemas of typebox: ${language}`, async (t) => {
    const { app } = await build(t, {
      swagger: swaggerOptions,
      declare: (app) => {
        const order = Type.Object({ id: Type.String() })
        app.withTypeProvider<TypeBoxTypeProvider>().post('/orders', { schema: { body: order, response: { 201: order } }, config: { auth: 'required' } }, async ({ body }, reply) => reply.code(201).send(body as never))
      }
    })
    const operation = operationOf(await documentOf(t, app), '/orders', 'post')
    t.match(operation, { security: user })
    t.strictSame(Object.keys(operation.responses), ['201', '401', '503'])
  })

  t.test(`Swagger UI serves the document under default-deny, and its own routes are not in it: ${language}`, async (t) => {
    const app = Fastify()
    t.teardown(() => app.close())
    await app.register(swagger, cognitoOpenApi(swaggerOptions, { domain: 'https://auth.example.com' }))
    await app.register(swaggerUi, { routePrefix: '/docs', initOAuth: { clientId: pool.clientId, usePkceWithAuthorizationCodeGrant: true } })
    await app.register(cognitoAuth, { ...pool.options, defaultAuth: 'required', publicRoutes: ({ prefix }) => prefix === '/docs' })
    app.get('/private', async () => 'in')
    const answer = await app.inject('/docs/json')
    t.equal(answer.statusCode, 200)
    const document = answer.json<Document>()
    await assertValid(t, document)
    t.strictSame(Object.keys(document.paths), ['/private'])
    t.strictSame(operationOf(document, '/private').security, user)
    t.equal((await app.inject('/docs/yaml')).statusCode, 200)
    t.equal((await app.inject('/private')).statusCode, 401)
  })
}
