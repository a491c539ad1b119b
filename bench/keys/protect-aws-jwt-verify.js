// aws-jwt-verify, with its own fetcher and cache. It has one bound of ours, the timeout; its penalty box is scaled as the cooldown is.
import { JwtVerifier } from 'aws-jwt-verify'
import { SimpleFetcher } from 'aws-jwt-verify/https'
import { SimpleJwksCache, SimplePenaltyBox } from 'aws-jwt-verify/jwk'

export async function protect (app, { jwksUri, issuer, clientId, keys, isRevoked }) {
  const fetcher = new SimpleFetcher({ defaultRequestOptions: { responseTimeout: keys.timeout } })
  const penaltyBox = new SimplePenaltyBox({ waitSeconds: keys.cooldown / 3_000 })
  const verifier = JwtVerifier.create({ issuer, audience: null, jwksUri }, { jwksCache: new SimpleJwksCache({ fetcher, penaltyBox }) })
  app.get('/guarded', {
    onRequest: async ({ headers: { authorization = '' } }, reply) => {
      try {
        const payload = await verifier.verify(authorization.slice('Bearer '.length))
        if (payload.token_use !== 'access' || payload.client_id !== clientId) throw new Error('not for this application')
        if (await isRevoked?.(payload)) throw new Error('revoked')
      } catch {
        return reply.code(401).send('Unauthorized')
      }
    }
  }, async () => 'ok')
}
