/** API keys beside tokens: a route that takes either, and never both. */
import { createHash } from 'node:crypto'
import Fastify from 'fastify'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import cognitoAuth, { authorize } from '../../src/index.js'
import type { AuthHook, AuthRequirement, CognitoAuthOptions } from '../../src/index.js'

/** Whose key it is, and what it may do. */
export interface ApiClient {
  readonly name: string
  readonly scopes: readonly string[]
}

/** Finds a client by the hash of its key; in production in your database. The key itself is stored nowhere. */
export type FindClient = (hash: string) => Promise<ApiClient | null>

/** A key is 32 random bytes, so that a plain hash is enough: nobody can guess what it is the hash of. */
export function hashOf (key: string): string {
  return createHash('sha256').update(key).digest('hex')
}

/** Builds an application with a route for both. */
export async function buildApiKeyApp (auth: CognitoAuthOptions, findClient: FindClient): Promise<FastifyInstance> {
  const app = Fastify()
  await app.register(cognitoAuth, { ...auth, defaultAuth: 'required' })
  app.decorateRequest('apiClient', null)

  /** Lets in with a key that has the scope, or a token that has what is asked for. */
  function keyOr (scope: string, requirement: AuthRequirement): AuthHook {
    const byToken = authorize(requirement)
    return (request, reply, done) => {
      const key = request.headers['x-api-key']
      if (key === undefined) byToken(request, reply, done)
      else {
        // Caches keep no answer to a request with a token, but they do not know of keys.
        (reply as FastifyReply).header('cache-control', 'no-store')
        findByKey(request as unknown as FastifyRequest, String(key), scope).then(() => done(), done)
      }
    }
  }

  async function findByKey (request: FastifyRequest, key: string, scope: string): Promise<void> {
    // Of two credentials one would be ignored, and nobody would know which.
    if (request.headers.authorization !== undefined) throw refusal(400, 'Send an API key or a token, not both')
    const client = key.length > 100 ? null : await findClient(hashOf(key))
    if (client === null) throw refusal(401, 'Invalid API key', { 'www-authenticate': 'ApiKey' })
    if (!client.scopes.includes(scope)) throw refusal(403, 'Insufficient permissions')
    request.setDecorator('apiClient', client)
  }

  // Public for the plugin, since a key is none of its business: the hook is what protects the route.
  app.get('/orders', { config: { auth: 'public' }, onRequest: keyOr('orders/read', { scopes: ['orders/read'] }) }, async (request) => {
    const client = request.getDecorator<ApiClient | null>('apiClient')
    return client === null ? `orders for ${request.user?.sub}` : `orders for ${client.name}`
  })
  return app
}

function refusal (statusCode: number, message: string, headers: Record<string, string> = {}): Error {
  return Object.assign(new Error(message), { statusCode, headers })
}
