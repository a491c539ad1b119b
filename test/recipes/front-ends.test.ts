/** The glue between call-api.js and the libraries that sign users in. Amplify itself is installed and asked in test/consumers. */
import { install } from '@sinonjs/fake-timers'
import Fastify from 'fastify'
import { InMemoryWebStorage, OidcClient, User, UserManager, WebStorageStateStore } from 'oidc-client-ts'
import type { INavigator, UserManagerSettings } from 'oidc-client-ts'
import t from 'tap'
import type { Test } from 'tap'
import { createAmplifyApi } from '../../example/recipes/front-ends/amplify.js'
import { createOidcApi } from '../../example/recipes/front-ends/oidc-client.js'
import cognitoAuth from '../../src/index.js'
import type { DevUserPool } from '../../src/dev/index.js'
import { createBrowser } from '../dev/support/browser.js'
import { callback, startPool, webClient } from '../dev/support/pool.js'
import { rejectionOf } from '../support/rejection.js'

const hours = 3_600_000

/** An API on loopback whose tokens are those of the pool. */
async function startApi (t: Test, pool: DevUserPool): Promise<string> {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(cognitoAuth, pool.options)
  app.get('/me', { config: { auth: 'required' } }, async ({ user }) => user?.username)
  app.get('/payments', { config: { auth: { maxAge: 300 } } }, async () => 'paid')
  return app.listen({ host: '127.0.0.1', port: 0 })
}

/** Counts what is asked of an address from now on. */
function countRequests (t: Test, path: string): () => number {
  const { fetch } = globalThis
  let count = 0
  globalThis.fetch = async (...args) => {
    if (String(args[0]).includes(path)) count++
    return fetch(...args)
  }
  t.teardown(() => { globalThis.fetch = fetch })
  return () => count
}

function passTime (t: Test): (milliseconds: number) => void {
  const clock = install({ now: Date.now(), toFake: ['Date'] })
  t.teardown(() => clock.uninstall())
  return (milliseconds) => clock.setSystemTime(Date.now() + milliseconds)
}

interface OidcScene {
  readonly callApi: ReturnType<typeof createOidcApi>
  readonly manager: UserManager
  readonly origin: string
  readonly pool: DevUserPool
  /** Where the page was sent. */
  readonly redirects: URL[]
}

/** A manager whose user has signed in. */
async function signIn (t: Test): Promise<OidcScene> {
  const pool = await startPool(t)
  const redirects: URL[] = []
  const store = (): WebStorageStateStore => new WebStorageStateStore({ store: new InMemoryWebStorage() })
  const settings: UserManagerSettings = {
    authority: pool.issuer, client_id: webClient, redirect_uri: callback, scope: 'openid email', stateStore: store(), userStore: store(), automaticSilentRenew: false, monitorSession: false
  }
  // In place of the address bar.
  const navigator: INavigator = {
    prepare: async () => ({ navigate: async ({ url }) => { redirects.push(new URL(url)); return { url } }, close: () => {} }),
    callback: async () => {}
  }
  const manager = new UserManager(settings, navigator)
  // Its timers for the end of a token would keep the process.
  t.teardown(() => manager.events.unload())
  const client = new OidcClient(settings)
  const { url } = await client.createSigninRequest({})
  const browser = createBrowser(pool.origin)
  const { url: page } = await browser.open(url)
  const { url: landed } = await browser.open(page, { username: 'alice' })
  await manager.storeUser(new User(await client.processSigninResponse(landed.href)))
  return { callApi: createOidcApi(manager), manager, origin: await startApi(t, pool), pool, redirects }
}

t.test('oidc-client-ts: however many requests find the token expired, it is refreshed once', async (t) => {
  const { callApi, manager, origin } = await signIn(t)
  const refreshes = countRequests(t, '/oauth2/token')
  const pass = passTime(t)
  t.equal((await callApi(`${origin}/me`)).status, 200)
  pass(2 * hours)
  const answers = await Promise.all(Array.from({ length: 10 }, () => callApi(`${origin}/me`)))
  t.strictSame(answers.map(({ status }) => status), new Array(10).fill(200))
  t.equal(refreshes(), 1)
  await manager.removeUser()
  t.equal((await callApi(`${origin}/me`)).status, 401, 'without a user no token is sent')
  t.equal(refreshes(), 1)
})

t.test('oidc-client-ts: where the refresh token is worth nothing the 401 is the answer; a lost connection is an error', async (t) => {
  const { callApi, manager, origin, pool, redirects } = await signIn(t)
  const pass = passTime(t)
  pass(40 * 24 * hours)
  t.equal((await callApi(`${origin}/me`)).status, 401)
  t.strictSame(redirects, [])
  await pool.close()
  t.ok(await rejectionOf(manager.signinSilent()))
  t.ok(await rejectionOf(callApi(`${origin}/me`)) instanceof Error)
})

t.test('oidc-client-ts: a route that wants a fresh sign-in leads to one', async (t) => {
  const { callApi, origin, redirects } = await signIn(t)
  t.equal((await callApi(`${origin}/payments`)).status, 200)
  passTime(t)(600_000)
  t.equal((await callApi(`${origin}/payments`)).status, 401)
  t.strictSame(redirects.map(({ pathname, searchParams }) => [pathname, searchParams.get('prompt')]), [['/oauth2/authorize', 'login']])
})

t.test('Amplify: the token is what its session holds; a refused one is refreshed once, and a fresh sign-in is asked for', async (t) => {
  const pool = await startPool(t)
  const origin = await startApi(t, pool)
  const pass = passTime(t)
  let token: string | null = await pool.token({ subject: 'alice' })
  const seen: string[] = []
  const callApi = createAmplifyApi({
    fetchAuthSession: async ({ forceRefresh = false } = {}) => {
      if (forceRefresh) {
        seen.push('refresh')
        token = token === null ? null : await pool.token({ subject: 'alice' })
      }
      return token === null ? {} : { tokens: { accessToken: { toString: () => String(token) } } }
    },
    signInWithRedirect: async (input) => { seen.push(`sign in ${input?.options?.prompt}`) }
  })
  t.equal((await callApi(`${origin}/me`)).status, 200)
  pass(2 * hours)
  const answers = await Promise.all(Array.from({ length: 10 }, () => callApi(`${origin}/me`)))
  t.strictSame(answers.map(({ status }) => status), new Array(10).fill(200))
  t.strictSame(seen, ['refresh'])
  pass(600_000)
  t.equal((await callApi(`${origin}/payments`)).status, 401)
  t.strictSame(seen.slice(1), ['sign in LOGIN'])
  token = null
  t.equal((await callApi(`${origin}/me`)).status, 401)
  t.equal(seen.length, 2, 'nobody is signed in, so there is nothing to refresh')
})
