/** An application under test: the plugin by a given clock, and what its handler saw. */
import Fastify from 'fastify'
import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import type { Test } from 'tap'
import type {} from '../../src/index.js'
import type { CognitoAuthOptions } from '../../src/index.js'
import { systemClock } from '../../src/time/clock.js'
import type { Clock } from '../../src/time/clock.js'
import { createPlugin } from '../../src/plugin.js'

export interface AppSetup {
  readonly options: CognitoAuthOptions
  readonly clock?: Clock
  readonly server?: FastifyServerOptions
  /** Declares the routes, after the plugin has loaded. */
  readonly routes: (app: FastifyInstance) => void
}

/** Builds an application that closes itself with the test. */
export async function buildApp (t: Test, { options, clock = systemClock, server = {}, routes }: AppSetup): Promise<FastifyInstance> {
  const app = Fastify(server)
  t.teardown(() => app.close())
  await app.register(createPlugin(clock), options)
  routes(app)
  await app.ready()
  return app
}
