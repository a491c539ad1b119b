/** The official MCP clients of both lines at a resource with a mirror: they know the user pool by the name of the server alone. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { auth as auth2 } from '@modelcontextprotocol/client'
import type { OAuthDiscoveryState as Discovered2, StoredOAuthTokens } from '@modelcontextprotocol/client'
import { auth as auth1 } from '@modelcontextprotocol/sdk/client/auth.js'
import type { OAuthDiscoveryState as Discovered1 } from '@modelcontextprotocol/sdk/client/auth.js'
import type { OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js'
import Fastify from 'fastify'
import t from 'tap'
import type { Test } from 'tap'
import { scopesOf } from '../../example/mcp/app.js'
import { startMcpUserPool } from '../../example/mcp/dev-user-pool.js'
import cognitoAuth from '../../src/index.js'
import { createBrowser } from '../dev/support/browser.js'
import { KnownClient } from './support/mcp-provider.js'

interface MirrorScene {
  readonly url: URL
  readonly fetch: (address: string | URL, init?: RequestInit) => Promise<Response>
  /** What was asked, with the ports left out. */
  readonly seen: string[]
  readonly signIn: (address: URL | null) => Promise<URL>
}

async function startScene (t: Test): Promise<MirrorScene> {
  // The port is part of the name of the resource, so it must be there before the application.
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const url = new URL(`http://localhost:${(server.address() as AddressInfo).port}/mcp`)
  const pool = await startMcpUserPool(url.href)
  const app = Fastify({ serverFactory: (handler) => server.on('request', handler) })
  t.teardown(async () => {
    server.closeAllConnections()
    await Promise.all([app.close(), pool.close(), new Promise((resolve) => server.close(resolve))])
  })
  await app.register(cognitoAuth, { ...pool.options, tokenUse: 'access', defaultAuth: 'required', audience: 'resource', resourceMetadata: { resource: url.href, scopes: [scopesOf(url.href).use], mirror: true } })
  app.get('/mcp', async ({ user }) => ({ username: user?.username }))
  await app.ready()
  const seen: string[] = []
  return {
    url,
    seen,
    fetch: async (address, init = {}) => {
      const response = await fetch(address, init)
      seen.push(`${init.method ?? 'GET'} ${String(address).replace(url.origin, 'MCP').replace(pool.origin, 'POOL')} → ${response.status}`)
      return response
    },
    signIn: async (address) => {
      const browser = createBrowser(pool.origin)
      return (await browser.open((await browser.open(address ?? url)).url, { username: 'alice' })).url
    }
  }
}

const asked = ['GET MCP/.well-known/oauth-protected-resource/mcp → 200', 'GET MCP/.well-known/oauth-authorization-server → 200', 'POST POOL/oauth2/token → 200']

t.test('2.x signs its user in', async (t) => {
  const { url, fetch: fetchFn, seen, signIn } = await startScene(t)
  const provider: KnownClient<StoredOAuthTokens, Discovered2> = new KnownClient()
  t.equal(await auth2(provider, { serverUrl: url, fetchFn }), 'REDIRECT')
  const landed = await signIn(provider.asked)
  t.notOk(landed.searchParams.has('iss'), 'or a client would compare it with the name of the server')
  t.equal(await auth2(provider, { serverUrl: url, fetchFn, authorizationCode: landed.searchParams.get('code') ?? '' }), 'AUTHORIZED')
  t.strictSame(seen, asked)
  t.strictSame(await (await fetch(url, { headers: { authorization: `Bearer ${provider.tokens()?.access_token}` } })).json(), { username: 'alice' })
})

t.test('1.x signs its user in', async (t) => {
  const { url, fetch: fetchFn, seen, signIn } = await startScene(t)
  const provider: KnownClient<OAuthTokens, Discovered1> = new KnownClient()
  t.equal(await auth1(provider, { serverUrl: url, fetchFn }), 'REDIRECT')
  const landed = await signIn(provider.asked)
  t.equal(await auth1(provider, { serverUrl: url, fetchFn, authorizationCode: landed.searchParams.get('code') ?? '' }), 'AUTHORIZED')
  t.strictSame(seen, asked)
  t.strictSame(await (await fetch(url, { headers: { authorization: `Bearer ${provider.tokens()?.access_token}` } })).json(), { username: 'alice' })
})
