// @fastify/jwt with the pool's key pasted in: it fetches no keys and cannot follow a rotation.
import jwt from '@fastify/jwt'
import Fastify from 'fastify'
import { addRoutes } from './answer.js'

/** @param cache `false`, `true` for its default of 1,000 tokens, or how many tokens to keep */
export async function createServer ({ publicKey, issuer, clientId, cache }) {
  const app = Fastify()
  await app.register(jwt, {
    secret: { public: publicKey },
    verify: { algorithms: ['RS256'], allowedIss: issuer, allowedAud: clientId, cache }
  })
  return addRoutes(app, { onRequest: async (request) => { await request.jwtVerify() } })
}
