/** What the option `resourceMetadata` adds to a registration, put together. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Challenger } from '../errors/challenge.js'
import type { ResourceSettings, VerifierSettings } from '../options/settings.js'
import type { Places } from '../request/places.js'
import type { AuthRule } from '../routes/requirement.js'
import type { RouteRegister } from '../routes/route-register.js'
import type { Clock } from '../time/clock.js'
import type { VerifierService } from '../verifier/verifier-service.js'
import { resourceDocument } from './documents.js'
import { createFindIssuers } from './issuers.js'
import { createMirror } from './mirror.js'
import { createPlaces } from './places.js'
import { serve } from './serve.js'
import type { PublishedDocument } from './serve.js'
import { rulesAsked } from './well-known.js'
import { isFailure } from '../errors/failure.js'

/** The protected resources of a registration. */
export interface Metadata {
  readonly places: Places
  /** Declares the routes of the documents. */
  serve (fastify: FastifyInstance, challenge: Challenger): void
  /** What is judged for a request of which its route asks this, or the error that answers it. */
  rulesAsked (request: FastifyRequest, asked: readonly AuthRule[], register: RouteRegister): readonly AuthRule[] | Error
}

// Milliseconds for which a client is kept waiting for the first keys: less than it waits itself.
const longestWait = 3_000

/** Makes the resources of one registration. */
export function createMetadata (resources: readonly ResourceSettings[], settings: VerifierSettings, service: VerifierService, clock: Clock): Metadata {
  const { userPools, keys } = settings
  const findIssuers = createFindIssuers(service, userPools.length, longestWait)

  const documents = resources.map((resource): PublishedDocument => {
    const named = resource.authorizationServers ?? (resource.isMirrored ? [resource.origin] : null)
    return {
      path: resource.metadataPath,
      write: async () => {
        const issuers = named ?? await findIssuers()
        return isFailure(issuers) ? issuers : resourceDocument(resource, issuers)
      }
    }
  })
  const mirrored = resources.find(({ isMirrored }) => isMirrored)
  const mirrors: PublishedDocument[] = mirrored === undefined
    ? []
    : [{ path: '/.well-known/oauth-authorization-server', write: createMirror(mirrored.origin, findIssuers, keys, clock) }]

  return {
    places: createPlaces(resources),
    serve: (fastify, challenge) => serve(fastify, [...documents, ...mirrors], challenge),
    rulesAsked
  }
}
