/** A development pool under test: on a free port, ended with the test, quiet. */
import type { Test } from 'tap'
import { startDevUserPool } from '../../../src/dev/index.js'
import type { DevUserPool, DevUserPoolOptions } from '../../../src/dev/index.js'

export const webClient = '1devweb23456789'
export const machineClient = '2devmachine23456'
export const machineSecret = 'dev-secret'
export const callback = 'http://localhost:5173/callback'

export async function startPool (t: Test, options: DevUserPoolOptions = {}): Promise<DevUserPool> {
  const pool = await startDevUserPool({ port: 0, ...options })
  t.teardown(() => pool.close())
  return pool
}

/** The members of the payload of a token. */
export function payloadOf (token: string): Record<string, unknown> {
  return partOf(token, 1)
}

export function headerOf (token: string): Record<string, unknown> {
  return partOf(token, 0)
}

function partOf (token: string, index: number): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString()) as Record<string, unknown>
}
