// The servers of the cold start, as text: each is written to a file of its own, so that nothing is loaded but what it imports.

const open = `
import Fastify from 'fastify'
export async function createServer () {
  const app = Fastify()
  app.get('/guarded', async () => ({ status: 'ok' }))
  return app
}`

const ours = `
import Fastify from 'fastify'
import cognitoAuth from 'fastify-cognito-auth'
export async function createServer ({ userPoolId, clientId, ...keys }) {
  const app = Fastify()
  await app.register(cognitoAuth, { userPoolId, clientId, ...keys })
  app.get('/guarded', { config: { auth: 'required' } }, async () => ({ status: 'ok' }))
  return app
}`

const verifier = `
import Fastify from 'fastify'
import { createVerifier } from 'fastify-cognito-auth/verifier'
export async function createServer ({ userPoolId, clientId, ...keys }) {
  const verifier = createVerifier({ userPoolId, clientId, ...keys })
  const app = Fastify()
  app.get('/guarded', {
    onRequest: async ({ headers }) => { await verifier.verify(headers.authorization.slice('Bearer '.length)) }
  }, async () => ({ status: 'ok' }))
  return app
}`

const fastifyJwt = `
import jwt from '@fastify/jwt'
import Fastify from 'fastify'
export async function createServer ({ publicKey, issuer, clientId }) {
  const app = Fastify()
  await app.register(jwt, {
    secret: { public: publicKey },
    verify: { algorithms: ['RS256'], allowedIss: issuer, allowedAud: clientId, cache: true }
  })
  app.get('/guarded', { onRequest: async (request) => { await request.jwtVerify() } }, async () => ({ status: 'ok' }))
  return app
}`

const awsJwtVerify = `
import { CognitoJwtVerifier } from 'aws-jwt-verify'
import { SimpleJwksCache } from 'aws-jwt-verify/jwk'
import Fastify from 'fastify'
export async function createServer ({ jwks, jwksUri, userPoolId, clientId }) {
  const fetcher = { fetch: async () => (await fetch(jwksUri)).arrayBuffer() }
  const verifier = CognitoJwtVerifier.create({ userPoolId, clientId, tokenUse: 'access' }, { jwksCache: new SimpleJwksCache({ fetcher }) })
  if (jwks !== undefined) verifier.cacheJwks(jwks)
  const app = Fastify()
  app.get('/guarded', {
    onRequest: async ({ headers }) => { await verifier.verify(headers.authorization.slice('Bearer '.length)) }
  }, async () => ({ status: 'ok' }))
  return app
}`

const byHand = `
import Fastify from 'fastify'
import { createLocalJWKSet, createRemoteJWKSet, jwtVerify } from 'jose'
export async function createServer ({ jwks, jwksUri, issuer }) {
  const keys = jwks === undefined ? createRemoteJWKSet(new URL(jwksUri)) : createLocalJWKSet(jwks)
  const app = Fastify()
  app.get('/guarded', {
    onRequest: async ({ headers }) => { await jwtVerify(headers.authorization.slice('Bearer '.length), keys, { issuer, algorithms: ['RS256'] }) }
  }, async () => ({ status: 'ok' }))
  return app
}`

/**
 * The servers by name. `fetches` is false for one that cannot fetch keys.
 *
 * @see the settings in `measure.js`: `jwks` or `jwksUri`, and the key as PEM
 */
export const servers = {
  open: { title: 'bare Fastify', text: open, fetches: true },
  ours: { title: 'fastify-cognito-auth', text: ours, fetches: true },
  verifier: { title: 'fastify-cognito-auth/verifier', text: verifier, fetches: true },
  'fastify-jwt': { title: '@fastify/jwt', text: fastifyJwt, fetches: false },
  'aws-jwt-verify': { title: 'aws-jwt-verify', text: awsJwtVerify, fetches: true },
  'by-hand': { title: 'jose by hand', text: byHand, fetches: true }
}
