/** A small application in this process, for tests that move its clock. */
import type { Test } from 'tap'
import type { CognitoAuthOptions } from '../../../src/index.js'
import type { Clock } from '../../../src/time/clock.js'
import { buildApp } from '../../support/app.js'
import { captureLog } from '../../support/log-capture.js'
import type { LogLine } from '../../support/log-capture.js'
import type { Answer } from '../../support/refusals.js'

export interface GuardedApp {
  /** Sends a token; without a path to `/me`, which answers with `request.user`. */
  ask (token: string, path?: string): Promise<Answer>
  /** What was logged of refusals for this reason. */
  refusedFor (reason: string): LogLine[]
}

export async function buildGuardedApp (t: Test, options: CognitoAuthOptions, clock?: Clock): Promise<GuardedApp> {
  const log = captureLog()
  const app = await buildApp(t, {
    // A busy machine may take long to answer a fetch, and what is slow is not tried here.
    options: { ...options, keys: { timeout: 30_000, ...options.keys } },
    ...(clock === undefined ? {} : { clock }),
    server: { logger: log.logger },
    routes: (app) => {
      app.get('/me', { config: { auth: 'required' } }, async (request) => request.user)
      app.get('/files', { config: { auth: { scopes: ['files/read'] } } }, async () => 'files')
    }
  })
  return {
    ask: (token, path = '/me') => app.inject({ url: path, headers: { authorization: `Bearer ${token}` } }),
    refusedFor: (reason) => log.where('reason', reason)
  }
}
