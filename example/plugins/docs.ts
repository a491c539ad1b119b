/** The documentation at `/docs`, made of the routes and their guards; it signs in as the page does. */
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
// An application writes 'fastify-cognito-auth/openapi' here.
import { cognitoOpenApi } from '../../src/openapi/index.js'
import type { AppOptions } from '../app.js'

const plugin: FastifyPluginAsync<AppOptions> = async (app, { page }) => {
  if (page === undefined) return
  const { clientId, domain } = page
  await app.register(swagger, cognitoOpenApi(
    { openapi: { openapi: '3.1.0', info: { title: 'The example of fastify-cognito-auth', version: '1.0.0' } } },
    domain === null ? {} : { domain }
  ))
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    // What is asked for at the sign-in, beside what one ticks. A browser keeps no secret: PKCE takes its place.
    initOAuth: { clientId, scopes: ['openid', 'email'], usePkceWithAuthorizationCodeGrant: true },
    uiConfig: { tryItOutEnabled: true },
    staticCSP: {
      'default-src': "'none'",
      'script-src': "'self'",
      // Swagger UI writes styles into its elements.
      'style-src': "'self' 'unsafe-inline'",
      'img-src': "'self' data:",
      'connect-src': `'self' ${domain ?? ''}`.trimEnd(),
      'base-uri': "'none'",
      'form-action': "'none'",
      'frame-ancestors': "'none'"
    }
  })
}

export default fp(plugin, { name: 'example-docs' })
