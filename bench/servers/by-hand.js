// What a careful developer writes: jose, a remote key set, and lru-cache keyed by the token.
import Fastify from 'fastify'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { LRUCache } from 'lru-cache'
import { addRoutes } from './answer.js'

export async function createServer ({ jwksUri, issuer, clientId }) {
  const keys = createRemoteJWKSet(new URL(jwksUri))
  const verified = new LRUCache({ max: 10_000 })

  async function verify (token) {
    const { payload } = await jwtVerify(token, keys, { issuer, algorithms: ['RS256'], requiredClaims: ['exp', 'sub'] })
    if (payload.token_use !== 'access' || payload.client_id !== clientId) throw new Error('not for this application')
    verified.set(token, payload, { ttl: Math.min(payload.exp * 1000 - Date.now(), 300_000) })
    return payload
  }

  const app = Fastify()
  app.decorateRequest('user', null)
  return addRoutes(app, {
    onRequest: async (request, reply) => {
      const { authorization = '' } = request.headers
      const token = authorization.slice('Bearer '.length)
      try {
        request.user = verified.get(token) ?? await verify(token)
      } catch {
        return reply.code(401).header('www-authenticate', 'Bearer error="invalid_token"').send({ message: 'Unauthorized' })
      }
    }
  })
}
