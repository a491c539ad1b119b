import t from 'tap'
import type { Test } from 'tap'
import { ConfigError, logLevels, readConfig } from '../../example/config.js'

const pool = { COGNITO_USER_POOL_ID: 'us-east-1_EXAMPLE01', COGNITO_CLIENT_ID: '1example23456789' }

t.test('an empty environment gives loopback, port 3000, level info and no user pool', async (t) => {
  t.same(readConfig({}), { host: '127.0.0.1', port: 3000, logLevel: 'info', origins: [], userPool: null, domain: null, redisUrl: null })
})

t.test('each variable is read', async (t) => {
  const env = {
    ...pool,
    HOST: '::1',
    PORT: '8080',
    LOG_LEVEL: 'warn',
    COGNITO_ISSUER: 'http://127.0.0.1:9229/pool',
    COGNITO_JWKS_URI: 'http://127.0.0.1:9229/keys',
    COGNITO_DOMAIN: 'https://example.auth.us-east-1.amazoncognito.com',
    CORS_ORIGINS: 'https://app.example.com, http://localhost:5173',
    REDIS_URL: 'rediss://app:secret@redis.example.com:6380/1'
  }
  t.same(readConfig(env), {
    host: '::1',
    port: 8080,
    logLevel: 'warn',
    origins: ['https://app.example.com', 'http://localhost:5173'],
    userPool: {
      userPoolId: 'us-east-1_EXAMPLE01', clientId: '1example23456789', issuer: 'http://127.0.0.1:9229/pool', jwksUri: 'http://127.0.0.1:9229/keys'
    },
    domain: 'https://example.auth.us-east-1.amazoncognito.com',
    redisUrl: 'rediss://app:secret@redis.example.com:6380/1'
  })
})

t.test('a variable that is not set is no member of the user pool, which the plugin would refuse', async (t) => {
  t.strictSame(readConfig(pool).userPool, { userPoolId: 'us-east-1_EXAMPLE01', clientId: '1example23456789' })
})

t.test('every host, port and level that can be used is accepted', async (t) => {
  for (const HOST of ['127.0.0.1', '0.0.0.0', '::', '::1', 'fe80::1%eth0', 'localhost', 'api.example.com']) t.equal(readConfig({ HOST }).host, HOST)
  for (const PORT of ['0', '1', '80', '3000', '65535']) t.equal(readConfig({ PORT }).port, Number(PORT))
  for (const LOG_LEVEL of logLevels) t.equal(readConfig({ LOG_LEVEL }).logLevel, LOG_LEVEL)
})

t.test('a value that cannot be used is refused in one line that names the variable and the value', async (t) => {
  const refused: ReadonlyArray<[name: string, value: string]> = [
    ['HOST', 'http://127.0.0.1'], ['HOST', '127.0.0.1 '], ['HOST', 'a/b'], ['HOST', '[::1]'], ['HOST', 'a\nb'],
    ['PORT', '65536'], ['PORT', '-1'], ['PORT', '3e3'], ['PORT', '0x10'], ['PORT', '80.5'], ['PORT', ' 80'], ['PORT', 'http'], ['PORT', '000080'], ['PORT', '٣٠'],
    ...['*', 'null', 'app.example.com', 'https://app.example.com/', 'https://App.example.com', 'https://app.example.com:443', 'file:///', 'https://*.example.com/x', 'https://a b'].map((origin) => ['CORS_ORIGINS', origin] as [string, string]),
    ...['example.auth.us-east-1.amazoncognito.com', 'https://example.auth.us-east-1.amazoncognito.com/', 'javascript:alert(1)'].map((domain) => ['COGNITO_DOMAIN', domain] as [string, string]),
    ['LOG_LEVEL', 'INFO'], ['LOG_LEVEL', 'verbose'], ['LOG_LEVEL', '30'], ['LOG_LEVEL', 'toString']
  ]
  for (const [name, value] of refused) {
    const message = messageOf(t, { ...(name === 'COGNITO_DOMAIN' ? pool : {}), [name]: value })
    t.ok(message.startsWith(`${name} must be `), message)
    t.ok(message.includes(JSON.stringify(value)), message)
    t.notMatch(message, '\n')
  }
})

t.test('an address of Redis that cannot be used is refused without being shown, since there may be a password in it', async (t) => {
  for (const REDIS_URL of ['redis.example.com:6379', 'app:secret@redis.example.com', 'http://app:secret@redis.example.com', 'redis:secret', 'redis://', 'redis:///secret', ' redis://secret', 'redis://app:secret@redis.example.com:port']) {
    const message = messageOf(t, { REDIS_URL })
    t.equal(message, 'REDIS_URL must be an address such as redis://127.0.0.1:6379, or rediss:// for TLS.', REDIS_URL)
  }
  for (const REDIS_URL of ['redis://127.0.0.1', 'redis://127.0.0.1:6379', 'redis://[::1]:6379', 'redis://:secret@redis.example.com']) t.equal(readConfig({ REDIS_URL }).redisUrl, REDIS_URL)
})

t.test('a variable that is set but empty is refused, not taken for unset', async (t) => {
  for (const name of ['HOST', 'PORT', 'LOG_LEVEL', 'CORS_ORIGINS', 'COGNITO_USER_POOL_ID', 'COGNITO_CLIENT_ID', 'COGNITO_ISSUER', 'COGNITO_JWKS_URI', 'COGNITO_DOMAIN', 'REDIS_URL']) {
    t.equal(messageOf(t, { ...pool, [name]: '' }), `${name} is empty: give it a value or unset it.`)
  }
})

t.test('a part of a user pool is refused and never replaced by the development pool', async (t) => {
  const clientId = 'COGNITO_CLIENT_ID is missing'
  const userPoolId = 'COGNITO_USER_POOL_ID is missing'
  t.match(messageOf(t, { COGNITO_USER_POOL_ID: 'us-east-1_EXAMPLE01' }), clientId)
  t.match(messageOf(t, { COGNITO_CLIENT_ID: '1example23456789' }), userPoolId)
  t.match(messageOf(t, { COGNITO_ISSUER: 'http://127.0.0.1:9229/pool' }), userPoolId)
  t.match(messageOf(t, { COGNITO_JWKS_URI: 'http://127.0.0.1:9229/keys' }), userPoolId)
  t.match(messageOf(t, { COGNITO_DOMAIN: 'https://example.auth.us-east-1.amazoncognito.com' }), userPoolId)
  t.match(messageOf(t, { COGNITO_USER_POOL_ID: 'us-east-1_EXAMPLE01', COGNITO_ISSUER: 'http://127.0.0.1:9229/pool' }), clientId)
})

function messageOf (t: Test, env: Record<string, string>): string {
  try {
    readConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  t.fail(`accepted ${JSON.stringify(env)}`)
  return ''
}
