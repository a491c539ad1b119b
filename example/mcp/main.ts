/** The process: an MCP server on this machine, and the user pool that its clients find by themselves. */
import { ConfigError, readConfig } from '../config.js'
import type { Config, UserPoolConfig } from '../config.js'
import { describeFailure } from '../failure.js'
import { listen } from '../listen.js'
import { loggerOptions } from '../logging.js'
import { watchParent } from '../parent.js'
import { buildMcpApp, scopesOf } from './app.js'
import { machineClient, machineSecret, mcpClient, startMcpUserPool } from './dev-user-pool.js'

const host = 'localhost'

watchParent(process, () => { process.emit('SIGTERM') })

try {
  await run()
} catch (error) {
  console.error(describeFailure(error))
  process.exitCode = 1
}

async function run (): Promise<void> {
  const config = readConfig(process.env)
  const { port, userPool } = config
  // The resource has this port in its name, so it must be known before anything is published.
  if (port === 0) throw new ConfigError('PORT must be a number from 1 to 65535: it is part of the address that clients are told.')
  // Not 127.0.0.1, which Cognito takes for no resource.
  const resource = `http://${host}:${port}/mcp`
  if (userPool === null) await runWithDevUserPool(config, resource)
  else await runWithUserPool(config, userPool, resource)
}

async function runWithDevUserPool ({ port, logLevel, origins }: Config, resource: string): Promise<void> {
  const pool = await startMcpUserPool(resource)
  const app = buildMcpApp({ auth: pool.options, resource, usernames: ['alice', 'bob', 'carol'], origins }, { logger: loggerOptions(logLevel) })
  app.addHook('onClose', () => pool.close())
  const { closed } = await listen(app, { host, port, signals: process })
  console.log(`MCP server at ${resource}, with a user pool for development at ${pool.issuer}.
Add that address to an MCP client, with the client id ${mcpClient} and no secret: it finds out by itself where to sign in.
Sign in as alice (Admins), bob (Auditors) or carol, without a password. The tool list_users is for alice.
A machine is ${machineClient} with the secret ${machineSecret}.
End with Ctrl-C.`)
  await closed
}

async function runWithUserPool ({ port, logLevel, origins }: Config, userPool: UserPoolConfig, resource: string): Promise<void> {
  const { use, users } = scopesOf(resource)
  const app = buildMcpApp({ auth: userPool, resource, usernames: [], origins }, { logger: loggerOptions(logLevel) })
  const { closed } = await listen(app, { host, port, signals: process })
  console.log(`MCP server at ${resource}, accepting tokens of app client ${userPool.clientId} of user pool ${userPool.userPoolId}.
The pool needs managed login, the Essentials tier or above, and a resource server ${resource} with the scopes ${use} and ${users}, which the client may ask for.
Add the address to an MCP client, with that client id. Nobody is in the list of the tool list_users.
End with Ctrl-C.`)
  await closed
}
