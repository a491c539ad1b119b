/** The list of revoked tokens that all machines share, over a connection to Redis or Valkey. */
import { Redis } from 'ioredis'
// An application writes 'fastify-cognito-auth/revocation' here.
import { createRevocationList, redisStore } from '../src/revocation/index.js'
import type { RevocationList } from '../src/revocation/index.js'

export interface RevocationConnection {
  readonly revocations: RevocationList
  /** Ends the list, and the connection whether or not the server is there. */
  close (): Promise<void>
}

/** Connects to a server, and again whenever the connection is lost; a server that is not there is no error here. */
export function connectRevocations (url: string): RevocationConnection {
  const redis = new Redis(url, { maxRetriesPerRequest: 1 })
  // Each attempt to connect fails anew. What becomes of the list by it is logged by the plugin.
  redis.on('error', () => {})
  const revocations = createRevocationList({ store: redisStore(([command = '', ...args]) => redis.call(command, ...args)) })
  return {
    revocations,
    close: async () => {
      revocations.close()
      redis.disconnect()
    }
  }
}
