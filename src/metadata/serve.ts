/** The routes of the published documents. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Challenger } from '../errors/challenge.js'
import { isFailure } from '../errors/failure.js'
import type { Failure } from '../errors/failure.js'
import { ownRouteConfig } from '../routes/own-route.js'
import { tellRefused } from '../routes/request-events.js'

/** A document that is published; `write` never rejects. */
export interface PublishedDocument {
  readonly path: string
  readonly write: () => Promise<Readonly<Record<string, unknown>> | Failure>
}

// Seconds. Short enough that a pool which gets its keys late, or changes its issuer, is soon found.
const freshFor = 300

/**
 * Declares the routes. Every page may read them, with whatever headers a client sends. Hooks that an application has put before
 * all routes of its root run before these too.
 *
 * @see RFC 9728 §3.1
 */
export function serve (fastify: FastifyInstance, documents: readonly PublishedDocument[], challenge: Challenger): void {
  for (const { path, write } of documents) {
    fastify.route({
      // One route for all three, whether or not the application has Fastify add HEAD routes.
      method: ['GET', 'HEAD', 'OPTIONS'],
      url: path,
      exposeHeadRoute: false,
      // For @fastify/swagger: a document about the API is no part of it.
      schema: Object.assign({}, { hide: true }),
      config: ownRouteConfig(),
      handler: async (request, reply) => answer(request, reply, write, challenge)
    })
  }
}

async function answer (request: FastifyRequest, reply: FastifyReply, write: PublishedDocument['write'], challenge: Challenger): Promise<string | undefined> {
  void reply.header('access-control-allow-origin', '*')
  if (request.method === 'OPTIONS') {
    void reply.code(204).headers({
      allow: 'GET, HEAD, OPTIONS',
      'access-control-allow-methods': 'GET, HEAD, OPTIONS',
      // The star stands for every header but this one.
      'access-control-allow-headers': '*, authorization',
      'access-control-max-age': '86400'
    })
    return undefined
  }
  const document = await write()
  if (isFailure(document)) {
    tellRefused(request, document.code, document.reason)
    throw challenge(document)
  }
  void reply.headers({ 'content-type': 'application/json; charset=utf-8', 'cache-control': `public, max-age=${freshFor}` })
  // As text: an application may have every object it sends wrapped into another.
  return JSON.stringify(document)
}
