/** The process: it listens, says how to try it, and ends in order. */
import type { FastifyInstance } from 'fastify'
import { buildApp } from './app.js'
import { readConfig } from './config.js'
import type { Config, UserPoolConfig } from './config.js'
import { formatTrial, trialsOf } from './curls.js'
import { startEmbeddedUserPool } from './embedded-user-pool.js'
import { describeFailure } from './failure.js'
import { loggerOptions } from './logging.js'

/** How long requests under way may take once the process was told to end, in milliseconds. */
const grace = 10_000

try {
  const config = readConfig(process.env)
  if (config.userPool === null) await runWithEmbeddedUserPool(config)
  else await runWithUserPool(config, config.userPool)
} catch (error) {
  console.error(describeFailure(error))
  process.exitCode = 1
}

async function runWithEmbeddedUserPool (config: Config): Promise<void> {
  const { options, tokens, close } = await startEmbeddedUserPool()
  const app = buildApp({ auth: options }, { logger: loggerOptions(config.logLevel) })
  app.addHook('onClose', close)
  const origin = await listen(app, config)
  const trials = trialsOf(tokens).map((trial) => formatTrial(trial, origin))
  console.log(`Listening on ${origin}, accepting tokens of a test user pool (${options.userPoolId}) inside this process.`)
  console.log(`The tokens below hold for a day, or until the process ends.\n\n${trials.join('\n\n')}\n\nEnd with Ctrl-C.`)
}

async function runWithUserPool (config: Config, userPool: UserPoolConfig): Promise<void> {
  const app = buildApp({ auth: userPool }, { logger: loggerOptions(config.logLevel) })
  const origin = await listen(app, config)
  console.log(`Listening on ${origin}, accepting tokens of app client ${userPool.clientId} of user pool ${userPool.userPoolId}.`)
  console.log(`With an access or ID token in TOKEN, try:\n\ncurl -i -H "Authorization: Bearer $TOKEN" ${origin}/api/me\n\nEnd with Ctrl-C.`)
}

/** Listens, and closes the application on the usual signals or where it cannot listen. Gives the origin. */
async function listen (app: FastifyInstance, { host, port }: Config): Promise<string> {
  let isClosing = false
  const close = (signal: NodeJS.Signals): void => {
    // npm and tsx pass on a signal that the terminal has sent to all of them already.
    if (isClosing) return
    isClosing = true
    app.log.info({ signal }, 'closing')
    setTimeout(() => app.server.closeAllConnections(), grace).unref()
    app.close().catch((error: unknown) => {
      console.error(describeFailure(error))
      process.exitCode = 1
    })
  }
  process.on('SIGINT', close).on('SIGTERM', close)
  try {
    return await app.listen({ host, port })
  } catch (error) {
    await app.close()
    throw error
  }
}
