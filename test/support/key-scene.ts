/** An application before a scripted issuer: requests on one side, a misbehaving key endpoint on the other. */
import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import type { Test } from 'tap'
import { getUser } from '../../src/index.js'
import type { CognitoAuthOptions, KeyOptions, KeySourceStatus } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import type { TestUserPool } from '../../src/testing/index.js'
import { buildApp } from './app.js'
import { serve } from './issuer-scripts.js'
import { startIssuer } from './scripted-issuer.js'
import type { Script, ScriptedIssuer } from './scripted-issuer.js'
import { createRunningClock } from './test-clock.js'
import type { TestClock } from './test-clock.js'

/** The durations of a scene, in milliseconds: short enough that no token expires while it plays; only what hangs may run into the timeout. */
export const durations = { refreshAfter: 60_000, maxStale: 600_000, cooldown: 30_000, timeout: 600_000 } as const

export interface KeySceneSetup {
  /** What the endpoint does at the start. Default: it serves the pool's keys. */
  readonly script?: Script
  readonly issuer?: ScriptedIssuer
  readonly pool?: TestUserPool
  readonly keys?: KeyOptions
  readonly options?: Partial<CognitoAuthOptions>
  readonly server?: FastifyServerOptions
}

export type SceneAnswer = Awaited<ReturnType<FastifyInstance['inject']>>

export interface KeyScene {
  readonly app: FastifyInstance
  readonly pool: TestUserPool
  readonly issuer: ScriptedIssuer
  readonly clock: TestClock
  /** How often the key source called `keys.fetch`. */
  readonly fetches: number
  /** Asks for the guarded route. */
  ask (token: string): Promise<SceneAnswer>
  /**
   * Asks with a token of a key that nobody has. It waits for the fetch that is under way, whatever becomes of it,
   * and so tells a test that the fetch is over.
   */
  askUnknown (): Promise<SceneAnswer>
  status (): KeySourceStatus
}

/** Builds a scene that ends with the test. */
export async function createKeyScene (t: Test, setup: KeySceneSetup = {}): Promise<KeyScene> {
  const { script = serve, pool = createTestUserPool(), keys = {}, options = {}, server = {} } = setup
  const issuer = setup.issuer ?? await startIssuer(t, pool)
  issuer.play(script)
  // The pool's keys are made now, so that no fetch has to wait for them.
  await pool.jwks()
  const clock = createRunningClock()
  const fetchKeys = keys.fetch ?? fetch
  let fetches = 0
  const counted: typeof fetch = (...call) => {
    fetches++
    return fetchKeys(...call)
  }
  const app = await buildApp(t, {
    options: { ...issuer.options, ...options, keys: { ...durations, ...keys, fetch: counted } },
    clock,
    server,
    routes: (instance) => {
      instance.get('/public', async () => 'public')
      instance.get('/guarded', { config: { auth: 'required' } }, async (request) => ({ sub: getUser(request).sub }))
    }
  })
  const ask = (token: string): Promise<SceneAnswer> => app.inject({ url: '/guarded', headers: pool.authorization(token) })
  return {
    app,
    pool,
    issuer,
    clock,
    get fetches () { return fetches },
    ask,
    askUnknown: async () => ask(await pool.sign({ header: { alg: 'RS256', kid: 'nobody-has-this-key' } })),
    status: () => {
      const [status] = app.cognitoAuth.status()
      if (status === undefined) throw new Error('a scene has one issuer')
      return status
    }
  }
}
