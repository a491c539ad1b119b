/** The events of this process, kept for a test to look at. */
import type { Test } from 'tap'
import { subscribe } from '../../src/telemetry/index.js'
import type { CognitoAuthEvents } from '../../src/telemetry/index.js'

/** An event with its kind. */
export type ToldEvent = { readonly kind: keyof CognitoAuthEvents } & Readonly<Record<string, unknown>>

const kinds: ReadonlyArray<keyof CognitoAuthEvents> = ['verified', 'guest', 'refused', 'keys', 'revocation']

/** Records every event from now on, until the test ends. */
export function recordEvents (t: Pick<Test, 'teardown'>): ToldEvent[] {
  const told: ToldEvent[] = []
  for (const kind of kinds) t.teardown(subscribe(kind, (event) => { told.push({ kind, ...event }) }))
  return told
}
