import t from 'tap'
import { startDevUserPool } from '../../src/dev/index.js'
import { loadProviderPackage } from '../../src/dev/provider-package.js'
import { readDevOptions } from '../../src/dev/read-options.js'
import { rejectionOf } from '../support/rejection.js'

t.test('three users, a client for a browser and one for a machine by default', async (t) => {
  const { users, clients, lifetimes, port, userPoolId } = readDevOptions({})
  t.strictSame(users.map(({ username, groups }) => [username, groups]), [['alice', ['Admins']], ['bob', ['Auditors']], ['carol', []]])
  t.strictSame(clients.map(({ grant, secret }) => [grant, secret !== null]), [['code', false], ['client_credentials', true]])
  t.strictSame({ lifetimes, port, userPoolId }, { lifetimes: { access: 3_600, id: 3_600, refresh: 2_592_000 }, port: 9229, userPoolId: 'local_DevPool1' })
})

t.test('a user has the same sub at every start, another user another', async (t) => {
  const subs = readDevOptions({}).users.map(({ sub }) => sub)
  t.strictSame(readDevOptions({}).users.map(({ sub }) => sub), subs)
  t.equal(new Set(subs).size, 3)
  for (const sub of subs) t.match(sub, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
})

t.test('refuses an option by its path', async (t) => {
  const user = { username: 'ada' }
  const client = { clientId: 'web' }
  const bad: ReadonlyArray<readonly [path: string, options: unknown]> = [
    ['user', { user }],
    ['userPoolId', { userPoolId: 'us-east-1_EXAMPLE01' }], ['userPoolId', { userPoolId: 'local_' }], ['userPoolId', { userPoolId: 'local_a/b' }],
    ['port', { port: 65_536 }], ['port', { port: '9229' }], ['keyPairs', { keyPairs: 'a.pem' }],
    ['users', { users: [] }], ['users', { users: user }], ['users[0]', { users: ['ada'] }], ['users[1]', { users: [user, user] }],
    ['users[1]', { users: [{ ...user, sub: 'x' }, { username: 'bob', sub: 'x' }] }],
    ['users[0].username', { users: [{}] }], ['users[0].username', { users: [{ username: 'a b' }] }], ['users[0].sub', { users: [{ ...user, sub: '' }] }],
    ['users[0].email', { users: [{ ...user, email: '' }] }], ['users[0].groups', { users: [{ ...user, groups: '' }] }], ['users[0].groups[0]', { users: [{ ...user, groups: [''] }] }],
    ['users[0].attributes', { users: [{ ...user, attributes: [] }] }], ['users[0].attributes', { users: [{ ...user, attributes: 'x' }] }],
    ['users[0].attributes.sub', { users: [{ ...user, attributes: { sub: 'x' } }] }], ['users[0].attributes.a b', { users: [{ ...user, attributes: { 'a b': 'x' } }] }],
    ['users[0].attributes.custom:n', { users: [{ ...user, attributes: { 'custom:n': 1 } }] }],
    ['clients', { clients: [] }], ['clients[1]', { clients: [client, client] }], ['clients[0].clientId', { clients: [{ clientId: 'a b' }] }],
    ['clients[0].grant', { clients: [{ ...client, grant: 'implicit' }] }], ['clients[0].secret', { clients: [{ ...client, grant: 'client_credentials' }] }],
    ['clients[0].secret', { clients: [{ ...client, secret: '' }] }], ['clients[0].scopes', { clients: [{ ...client, grant: 'client_credentials', secret: 'x' }] }],
    ['clients[0].scopes[0]', { clients: [{ ...client, scopes: ['a b'] }] }], ['clients[0].callbackUrls[0]', { clients: [{ ...client, callbackUrls: ['/x'] }] }],
    ['clients[0].logoutUrls', { clients: [{ ...client, logoutUrls: [] }] }], ['clients[0].redirectUris', { clients: [{ ...client, redirectUris: ['http://localhost'] }] }],
    ['lifetimes.access', { lifetimes: { access: 86_401 } }], ['lifetimes.id', { lifetimes: { id: 0 } }], ['lifetimes.refresh', { lifetimes: { refresh: -1 } }], ['lifetimes', { lifetimes: 3600 }]
  ]
  for (const [path, options] of bad) {
    t.throws(() => readDevOptions(options as object), { code: 'FST_COGNITO_OPTIONS_INVALID', message: new RegExp(`"${path.replace(/[[\]]/g, '\\$&')}"`) }, JSON.stringify(options))
  }
})

t.test('accepts a client with all it can say', async (t) => {
  const { clients: [client] } = readDevOptions({ clients: [{ clientId: 'web', secret: 's', callbackUrls: ['https://app.example/'], logoutUrls: ['https://app.example/bye'], scopes: [] }] })
  t.strictSame(client, { clientId: 'web', secret: 's', grant: 'code', callbackUrls: ['https://app.example/'], logoutUrls: ['https://app.example/bye'], scopes: [] })
})

t.test('does not run in production, nor on a port that is taken', async (t) => {
  t.intercept(process, 'env', { value: { ...process.env, NODE_ENV: 'production' } })
  t.match(await rejectionOf(startDevUserPool({ port: 0 })), { code: 'FST_COGNITO_OPTIONS_INVALID', message: /NODE_ENV=production/ })
})

t.test('says so where the port is taken', async (t) => {
  const pool = await startDevUserPool({ port: 0 })
  t.teardown(() => pool.close())
  t.match(await rejectionOf(startDevUserPool({ port: Number(new URL(pool.origin).port) })), { code: 'EADDRINUSE' })
})

t.test('without oidc-provider it says what to install', async (t) => {
  const absent = new Error('Cannot find package')
  t.match(await rejectionOf(loadProviderPackage(() => Promise.reject(absent))), { code: 'FST_COGNITO_OPTIONS_INVALID', message: /npm install --save-dev oidc-provider/, cause: absent })
})
