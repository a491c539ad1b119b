/** The example application as a process of its own, and what it answers. */
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import type { Answer } from '../../support/refusals.js'
import { startChild } from './child-process.js'

export interface ExampleServer {
  /** Asks for a path, with a bearer token or without. */
  get (path: string, token?: string): Promise<Answer>
  post (path: string, token: string): Promise<Answer>
  /** Ends it as an operator does, and waits until it has ended. */
  stop (): Promise<void>
  /** Everything it has logged so far. */
  log (): string
}

/** The settings that it reads from its environment. */
export interface ExampleSetup {
  readonly userPoolId: string
  readonly clientId: string
  readonly jwksUri?: string
  readonly issuer?: string
  readonly redisUrl?: string
}

const main = fileURLToPath(new URL('../../../example/main.ts', import.meta.url))
const tsx = fileURLToPath(import.meta.resolve('tsx/cli'))
const root = fileURLToPath(new URL('../../../', import.meta.url))

/** Starts the example against a pool. */
export async function startExample (t: Test, { userPoolId, clientId, jwksUri, issuer, redisUrl }: ExampleSetup): Promise<ExampleServer> {
  const { match, output, stop } = await startChild(t, {
    arguments: [tsx, main],
    directory: root,
    environment: {
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'trace',
      COGNITO_USER_POOL_ID: userPoolId,
      COGNITO_CLIENT_ID: clientId,
      ...(jwksUri === undefined ? {} : { COGNITO_JWKS_URI: jwksUri }),
      ...(issuer === undefined ? {} : { COGNITO_ISSUER: issuer }),
      ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl })
    },
    ready: /Listening on (http:\/\/127\.0\.0\.1:\d+)/
  })
  return {
    get: (path, token) => ask('GET', `${match[1]}${path}`, token),
    post: (path, token) => ask('POST', `${match[1]}${path}`, token),
    stop,
    log: output
  }
}

async function ask (method: string, url: string, token?: string): Promise<Answer> {
  const response = await fetch(url, { method, ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }) })
  return { statusCode: response.status, headers: Object.fromEntries(response.headers), body: await response.text() }
}
