/** The environment as configuration: a pure function, so that it can be tested without a process. */

/** The levels of pino, and `silent`. */
export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

export type LogLevel = typeof logLevels[number]

/** The user pool whose tokens are accepted; spread into the plugin's options. */
export interface UserPoolConfig {
  readonly userPoolId: string
  readonly clientId: string
  readonly issuer?: string
  readonly jwksUri?: string
}

export interface Config {
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  readonly logLevel: LogLevel
  /** Whose pages a browser lets call the application. */
  readonly origins: readonly string[]
  /** `null` for the development user pool that the example brings along. */
  readonly userPool: UserPoolConfig | null
  /** Where managed login of that pool is: the page signs in there. `null` if it cannot. */
  readonly domain: string | null
  /** The Redis or Valkey server that the machines share; `null` if tokens cannot be revoked. */
  readonly redisUrl: string | null
}

/** A variable that cannot be used; the message is one line for whoever starts the process. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

type Env = Readonly<Record<string, string | undefined>>

/**
 * Reads the configuration.
 *
 * @throws {@link ConfigError} for the first variable that is missing, empty or invalid.
 */
export function readConfig (env: Env): Config {
  return {
    host: readHost(env),
    port: readPort(env),
    logLevel: readLogLevel(env),
    origins: readOrigins(env),
    userPool: readUserPool(env),
    domain: readDomain(env),
    redisUrl: readRedisUrl(env)
  }
}

function readHost (env: Env): string {
  const host = read(env, 'HOST') ?? '127.0.0.1'
  if (/^[\w.:%-]+$/.test(host)) return host
  throw new ConfigError(`HOST must be a host name or an IP address, not ${JSON.stringify(host)}.`)
}

function readPort (env: Env): number {
  const port = read(env, 'PORT') ?? '3000'
  if (/^\d{1,5}$/.test(port) && Number(port) <= 65_535) return Number(port)
  throw new ConfigError(`PORT must be a number from 0 to 65535, not ${JSON.stringify(port)}.`)
}

function readLogLevel (env: Env): LogLevel {
  const name = read(env, 'LOG_LEVEL') ?? 'info'
  const level = logLevels.find((known) => known === name)
  if (level !== undefined) return level
  throw new ConfigError(`LOG_LEVEL must be one of ${logLevels.join(', ')}, not ${JSON.stringify(name)}.`)
}

function readOrigins (env: Env): readonly string[] {
  const list = read(env, 'CORS_ORIGINS')
  if (list === undefined) return []
  const origins = list.split(',').map((origin) => origin.trim())
  const wrong = origins.find((origin) => !isOrigin(origin))
  if (wrong === undefined) return origins
  throw new ConfigError(`CORS_ORIGINS must be origins such as https://app.example.com, with commas between them, not ${JSON.stringify(wrong)}.`)
}

// As a browser writes it: an address with a path or in upper case would never be equal to what it sends.
function isOrigin (text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text
}

function readUserPool (env: Env): UserPoolConfig | null {
  const userPoolId = read(env, 'COGNITO_USER_POOL_ID')
  const clientId = read(env, 'COGNITO_CLIENT_ID')
  const issuer = read(env, 'COGNITO_ISSUER')
  const jwksUri = read(env, 'COGNITO_JWKS_URI')
  const given = Object.entries({
    COGNITO_USER_POOL_ID: userPoolId, COGNITO_CLIENT_ID: clientId, COGNITO_ISSUER: issuer, COGNITO_JWKS_URI: jwksUri, COGNITO_DOMAIN: read(env, 'COGNITO_DOMAIN')
  }).find(([, value]) => value !== undefined)
  if (given === undefined) return null
  // Never the development pool instead: who sets one of the two means a real pool, and must not get one without passwords.
  if (userPoolId === undefined) throw missing('COGNITO_USER_POOL_ID', given[0])
  if (clientId === undefined) throw missing('COGNITO_CLIENT_ID', given[0])
  return {
    userPoolId,
    clientId,
    ...(issuer === undefined ? {} : { issuer }),
    ...(jwksUri === undefined ? {} : { jwksUri })
  }
}

function readDomain (env: Env): string | null {
  const domain = read(env, 'COGNITO_DOMAIN')
  if (domain === undefined || isOrigin(domain)) return domain ?? null
  throw new ConfigError(`COGNITO_DOMAIN must be an address such as https://example.auth.us-east-1.amazoncognito.com, not ${JSON.stringify(domain)}.`)
}

function readRedisUrl (env: Env): string | null {
  const url = read(env, 'REDIS_URL')
  if (url === undefined) return null
  if (/^rediss?:\/\//.test(url) && URL.canParse(url) && new URL(url).hostname !== '') return url
  // What was given is not shown: there may be a password in it.
  throw new ConfigError('REDIS_URL must be an address such as redis://127.0.0.1:6379, or rediss:// for TLS.')
}

function missing (name: string, given: string): ConfigError {
  return new ConfigError(`${name} is missing, since ${given} is set: set COGNITO_USER_POOL_ID and COGNITO_CLIENT_ID, or neither to run with a user pool for development.`)
}

// A variable that is set but empty is a slip of the deployment, not a wish for the default.
function read (env: Env, name: string): string | undefined {
  const value = env[name]
  if (value === '') throw new ConfigError(`${name} is empty: give it a value or unset it.`)
  return value
}
