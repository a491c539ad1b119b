/** The user pool that the MCP example brings along: an MCP client that was registered beforehand, and a machine. */
import { startDevUserPool } from '../../src/dev/index.js'
import type { DevUserPool } from '../../src/dev/index.js'
import { scopesOf } from './app.js'

/** The client for people: public, with any callback address on this machine. */
export const mcpClient = '3mcpclient23456'
/** The client of a machine, and what it shows. */
export const machineClient = '4mcpmachine2345'
export const machineSecret = 'only-for-development'

/** Starts the pool on a free port; its scopes are those of the resource. */
export async function startMcpUserPool (resource: string): Promise<DevUserPool> {
  const { use, users } = scopesOf(resource)
  return startDevUserPool({
    port: 0,
    clients: [
      { clientId: mcpClient, scopes: [use, users] },
      { clientId: machineClient, secret: machineSecret, grant: 'client_credentials', scopes: [use] }
    ],
    lifetimes: { access: 300, id: 300 }
  })
}
