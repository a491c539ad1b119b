// aws-jwt-verify in a hook. Its fetcher is replaced, as its README shows, because Cognito's address is not on loopback.
import { CognitoJwtVerifier } from 'aws-jwt-verify'
import { SimpleJwksCache } from 'aws-jwt-verify/jwk'
import Fastify from 'fastify'
import { addRoutes } from './answer.js'

export async function createServer ({ jwksUri, userPoolId, clientId }) {
  const fetcher = { fetch: async () => (await fetch(jwksUri)).arrayBuffer() }
  const verifier = CognitoJwtVerifier.create(
    { userPoolId, clientId, tokenUse: 'access' },
    { jwksCache: new SimpleJwksCache({ fetcher }) }
  )
  const app = Fastify()
  app.decorateRequest('user', null)
  return addRoutes(app, {
    onRequest: async (request, reply) => {
      const { authorization = '' } = request.headers
      try {
        request.user = await verifier.verify(authorization.slice('Bearer '.length))
      } catch {
        return reply.code(401).header('www-authenticate', 'Bearer error="invalid_token"').send({ message: 'Unauthorized' })
      }
    }
  })
}
