/** The process: an MCP server on this machine, and the user pool that its clients find by themselves. */
import { ConfigError, readConfig } from '../config.js'
import { describeFailure } from '../failure.js'
import { listen } from '../listen.js'
import { loggerOptions } from '../logging.js'
import { watchParent } from '../parent.js'
import { buildMcpApp } from './app.js'
import { machineClient, machineSecret, mcpClient, startMcpUserPool } from './dev-user-pool.js'

watchParent(process, () => { process.emit('SIGTERM') })

try {
  await run()
} catch (error) {
  console.error(describeFailure(error))
  process.exitCode = 1
}

async function run (): Promise<void> {
  const { port, logLevel, origins } = readConfig(process.env)
  // The resource has this port in its name, so it must be known before anything is published.
  if (port === 0) throw new ConfigError('PORT must be a number from 1 to 65535: it is part of the address that clients are told.')
  // Not 127.0.0.1, which Cognito takes for no resource.
  const host = 'localhost'
  const resource = `http://${host}:${port}/mcp`
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
