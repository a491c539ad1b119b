/** A user pool as most applications have one: an app client, and users with and without groups. */
import type { Test } from 'tap'
import { createPoolAdmin } from './pool-admin.js'
import type { PoolAdmin } from './pool-admin.js'
import { createPools, startPoolEmulator } from './pool-emulator.js'
import type { PoolEmulator } from './pool-emulator.js'

export const userPoolId = 'us-east-1_E2eTest01'
export const otherUserPoolId = 'us-east-1_E2eTest02'

export interface CognitoPool {
  readonly emulator: PoolEmulator
  /** Where the emulator keeps its pools, to start it again. */
  readonly directory: string
  readonly admin: PoolAdmin
  /** The administrator of a second pool. */
  readonly otherAdmin: PoolAdmin
  readonly clientId: string
  readonly jwksUri: string
}

/** Starts an emulator with two pools, the first of them with the users ada (Admins), alan (Auditors) and olga. */
export async function startCognitoPool (t: Test): Promise<CognitoPool> {
  const directory = await createPools(t, [userPoolId, otherUserPoolId])
  const emulator = await startPoolEmulator(t, { directory })
  const admin = createPoolAdmin(t, emulator.endpoint, userPoolId)
  const clientId = await admin.createClient('web')
  await admin.createUser('ada', ['Auditors', 'Admins'])
  await admin.createUser('alan', ['Auditors'])
  await admin.createUser('olga')
  return {
    emulator,
    directory,
    admin,
    otherAdmin: createPoolAdmin(t, emulator.endpoint, otherUserPoolId),
    clientId,
    jwksUri: emulator.jwksUri(userPoolId)
  }
}
