/** `npm run start:mcp`, as a process of its own. */
import { fileURLToPath } from 'node:url'
import t from 'tap'
import type { Test } from 'tap'
import { freePort } from '../support/free-port.js'
import { rejectionOf } from '../support/rejection.js'
import { startChild } from './support/child-process.js'
import type { ChildServer } from './support/child-process.js'

const main = fileURLToPath(new URL('../../example/mcp/main.ts', import.meta.url))
const tsx = fileURLToPath(import.meta.resolve('tsx/cli'))

async function start (t: Test, port: number): Promise<ChildServer> {
  return startChild(t, { arguments: [tsx, main], environment: { PORT: String(port), LOG_LEVEL: 'silent' }, ready: /MCP server at (http:\S+), with a user pool for development at (http:\S+)\./ })
}

t.test('the example names the address that it listens at, and its user pool', async (t) => {
  const port = await freePort('localhost')
  const { match: [, resource = '', issuer = ''], stop } = await start(t, port)
  t.equal(resource, `http://localhost:${port}/mcp`)
  const { status, headers } = await fetch(resource, { method: 'POST' })
  t.equal(status, 401)
  const [, metadata = ''] = /resource_metadata="([^"]+)"/.exec(headers.get('www-authenticate') ?? '') ?? []
  t.match(await (await fetch(metadata)).json(), { resource, authorization_servers: [issuer], scopes_supported: [`${resource}/use`] })
  t.match(await (await fetch(`${issuer}/.well-known/openid-configuration`)).json(), { issuer })
  await stop()
  t.ok(await rejectionOf(fetch(resource)))
  t.ok(await rejectionOf(fetch(`${issuer}/.well-known/jwks.json`)), 'the pool ends with it')
})

t.test('with the ids of a pool it is that pool which its clients are sent to', async (t) => {
  const port = await freePort('localhost')
  const { match, stop } = await startChild(t, {
    arguments: [tsx, main],
    environment: { PORT: String(port), LOG_LEVEL: 'silent', COGNITO_USER_POOL_ID: 'us-east-1_EXAMPLE01', COGNITO_CLIENT_ID: '1example23456789', COGNITO_ISSUER: 'https://issuer.example', COGNITO_JWKS_URI: 'http://127.0.0.1:9/jwks.json' },
    ready: /MCP server at (http:\S+), accepting tokens of app client 1example23456789 of user pool us-east-1_EXAMPLE01\.[^]*End with/
  })
  const [, resource = ''] = match
  const { status, headers } = await fetch(resource, { method: 'POST' })
  t.equal(status, 401)
  t.match(headers.get('www-authenticate'), 'resource_metadata=')
  await stop()
})

t.test('it does not start at any free port, since nobody could be told its address beforehand', async (t) => {
  t.match(String(await rejectionOf(start(t, 0))), 'PORT must be a number from 1 to 65535')
})
