/** The process: it listens, says how to try it, and ends in order. */
import { buildApp } from './app.js'
import { readConfig } from './config.js'
import type { Config, UserPoolConfig } from './config.js'
import { formatTrial, trialsOf } from './curls.js'
import { startEmbeddedUserPool } from './embedded-user-pool.js'
import { describeFailure } from './failure.js'
import { listen } from './listen.js'
import { loggerOptions } from './logging.js'
import { watchParent } from './parent.js'

// @fastify/autoload finds out by itself only if tsx is the command that was called.
process.env.FASTIFY_AUTOLOAD_TYPESCRIPT = '1'
watchParent(process, () => { process.emit('SIGTERM') })

try {
  const config = readConfig(process.env)
  if (config.userPool === null) await runWithEmbeddedUserPool(config)
  else await runWithUserPool(config, config.userPool)
} catch (error) {
  console.error(describeFailure(error))
  process.exitCode = 1
}

async function runWithEmbeddedUserPool ({ host, port, logLevel, origins }: Config): Promise<void> {
  const { options, tokens, close } = await startEmbeddedUserPool()
  const app = buildApp({ auth: options, origins }, { logger: loggerOptions(logLevel) })
  app.addHook('onClose', close)
  const { origin, closed } = await listen(app, { host, port, signals: process })
  const trials = trialsOf(tokens).map((trial) => formatTrial(trial, origin))
  console.log(`Listening on ${origin}, accepting tokens of a test user pool (${options.userPoolId}) inside this process.`)
  console.log(`The tokens below hold for a day, or until the process ends.\n\n${trials.join('\n\n')}\n\nEnd with Ctrl-C.`)
  await closed
}

async function runWithUserPool ({ host, port, logLevel, origins }: Config, userPool: UserPoolConfig): Promise<void> {
  const app = buildApp({ auth: userPool, origins }, { logger: loggerOptions(logLevel) })
  const { origin, closed } = await listen(app, { host, port, signals: process })
  console.log(`Listening on ${origin}, accepting tokens of app client ${userPool.clientId} of user pool ${userPool.userPoolId}.`)
  console.log(`With an access or ID token in TOKEN, try:\n\ncurl -i -H "Authorization: Bearer $TOKEN" ${origin}/api/me\n\nEnd with Ctrl-C.`)
  await closed
}
