// jose by hand, as its documentation shows, with the same bounds. Whatever fails is answered with a 401.
import { createRemoteJWKSet, jwtVerify } from 'jose'

export async function protect (app, { jwksUri, issuer, clientId, keys, isRevoked }) {
  const keySet = createRemoteJWKSet(new URL(jwksUri), { timeoutDuration: keys.timeout, cooldownDuration: keys.cooldown, cacheMaxAge: keys.refreshAfter })
  app.get('/guarded', {
    onRequest: async ({ headers: { authorization = '' } }, reply) => {
      try {
        const { payload } = await jwtVerify(authorization.slice('Bearer '.length), keySet, { issuer, algorithms: ['RS256'] })
        if (payload.token_use !== 'access' || payload.client_id !== clientId) throw new Error('not for this application')
        if (await isRevoked?.(payload)) throw new Error('revoked')
      } catch {
        return reply.code(401).send('Unauthorized')
      }
    }
  }, async () => 'ok')
}
