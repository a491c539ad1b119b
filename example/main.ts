/** The process: it listens, says how to try it, and ends in order. */
import { buildApp } from './app.js'
import { readConfig } from './config.js'
import type { Config, UserPoolConfig } from './config.js'
import { trials, writeScript } from './curls.js'
import { issueTokens, pageOptionsOf, startExampleUserPool } from './dev-user-pool.js'
import { describeFailure } from './failure.js'
import { listen } from './listen.js'
import { loggerOptions } from './logging.js'
import { watchParent } from './parent.js'
import type { RevocationConnection } from './revocations.js'
import { makeScriptFolder } from './script-folder.js'

// @fastify/autoload finds out by itself only if tsx is the command that was called.
process.env.FASTIFY_AUTOLOAD_TYPESCRIPT = '1'
watchParent(process, () => { process.emit('SIGTERM') })

try {
  const config = readConfig(process.env)
  if (config.userPool === null) await runWithDevUserPool(config)
  else await runWithUserPool(config, config.userPool)
} catch (error) {
  console.error(describeFailure(error))
  process.exitCode = 1
}

async function runWithDevUserPool ({ host, port, logLevel, origins, redisUrl }: Config): Promise<void> {
  const { pool, options } = await startExampleUserPool()
  const { close, ...shared } = await connect(redisUrl)
  const app = buildApp({ auth: options, origins, page: pageOptionsOf(pool), ...shared }, { logger: loggerOptions(logLevel) })
  app.addHook('onClose', () => pool.close())
  app.addHook('onClose', close)
  const write = await makeScriptFolder(app)
  const { origin, closed } = await listen(app, { host, port, signals: process })
  const script = await write('try.sh', writeScript(await issueTokens(pool), origin))
  console.log(`Listening on ${origin}, with a user pool for development at ${pool.origin}.
Open it in a browser: sign in as alice (Admins), bob (Auditors) or carol, without a password. Its documentation is at /docs.
In a terminal, sh ${script} asks ${trials.length} times with curl, and says what each should answer.
End with Ctrl-C.`)
  await closed
}

async function runWithUserPool ({ host, port, logLevel, origins, domain, redisUrl }: Config, userPool: UserPoolConfig): Promise<void> {
  const { close, ...shared } = await connect(redisUrl)
  const app = buildApp({ auth: userPool, origins, page: { clientId: userPool.clientId, domain }, ...shared }, { logger: loggerOptions(logLevel) })
  app.addHook('onClose', close)
  const { origin, closed } = await listen(app, { host, port, signals: process })
  console.log(`Listening on ${origin}, accepting tokens of app client ${userPool.clientId} of user pool ${userPool.userPoolId}.
${domain === null ? 'Set COGNITO_DOMAIN to sign in on its page and at /docs.' : `Open http://localhost:${new URL(origin).port}/, which must be a callback URL and a sign-out URL of the app client.`}
With an access or ID token in TOKEN, try: curl -i -H "Authorization: Bearer $TOKEN" ${origin}/api/me
End with Ctrl-C.`)
  await closed
}

// The client of Redis is loaded only by those who have a server.
async function connect (redisUrl: string | null): Promise<Partial<RevocationConnection> & Pick<RevocationConnection, 'close'>> {
  if (redisUrl === null) return { close: async () => {} }
  const { connectRevocations } = await import('./revocations.js')
  return connectRevocations(redisUrl)
}
