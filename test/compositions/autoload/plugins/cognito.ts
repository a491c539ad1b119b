/** The plugin as an autoloaded one: it decorates the whole application, since it is made with fastify-plugin. */
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import cognitoAuth from '../../../../src/index.js'
import type { CognitoAuthOptions } from '../../../../src/index.js'

export default fp(async (app: FastifyInstance, { cognito }: { cognito: CognitoAuthOptions }) => {
  await app.register(cognitoAuth, cognito)
})
