// fastify-jwt-jwks with the cache of the @fastify/jwt that it registers.
import Fastify from 'fastify'
import jwtJwks from 'fastify-jwt-jwks'
import { addRoutes } from './answer.js'

export async function createServer ({ jwksUri, issuer, clientId }) {
  const app = Fastify()
  await app.register(jwtJwks, { jwksUrl: jwksUri, issuer, audience: clientId, cache: true })
  return addRoutes(app, { preValidation: app.authenticate })
}
