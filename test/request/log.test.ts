import t from 'tap'
import { describeRefusal, logKeySource, logRoutes } from '../../src/request/log.js'
import type { AuthLogger } from '../../src/request/log.js'
import { failure, tokenInvalid, tokenLacks, tokenMissing, unavailable } from '../../src/errors/failure.js'
import type { Failure } from '../../src/errors/failure.js'
import type { KeySourceStatus } from '../../src/keys/key-source.js'
import type { RouteAuth } from '../../src/routes/route-auth.js'

type Entry = readonly [level: string, details: object, message: string]

function recorder (): { log: AuthLogger, entries: Entry[] } {
  const entries: Entry[] = []
  const at = (level: string) => (details: object, message: string): void => { entries.push([level, details, message]) }
  return { entries, log: { trace: at('trace'), debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') } }
}

/** The line of a refusal, as it is written where the options say nothing. */
function logRefusal (log: AuthLogger, refused: Failure): void {
  const { level, details, message } = describeRefusal(refused)
  log[level](details, message)
}

t.test('a refusal is logged at info with its code and reason', async (t) => {
  const { log, entries } = recorder()
  logRefusal(log, tokenMissing)
  logRefusal(log, tokenInvalid('signature'))
  t.strictSame(entries, [
    ['info', { code: 'FST_COGNITO_TOKEN_MISSING', reason: 'missing' }, 'request refused: missing'],
    ['info', { code: 'FST_COGNITO_TOKEN_INVALID', reason: 'signature' }, 'request refused: signature']
  ])
})

t.test('a mistake of configuration is logged with what is accepted and what came', async (t) => {
  const { log, entries } = recorder()
  logRefusal(log, tokenInvalid('client_id', ['app-a', 'app-b'], 'app-c'))
  t.strictSame(entries, [[
    'info',
    { code: 'FST_COGNITO_TOKEN_INVALID', reason: 'client_id', expected: ['app-a', 'app-b'], actual: 'app-c' },
    'request refused: client_id is "app-c", this application accepts "app-a" or "app-b"'
  ]])
})

t.test('what the token lacks is named, and told from a value of that name', async (t) => {
  const { log, entries } = recorder()
  logRefusal(log, tokenLacks('iat', 'issued_at'))
  logRefusal(log, tokenLacks('client_id', 'client_id', ['app-a']))
  logRefusal(log, tokenInvalid('client_id', ['app-a'], 'absent'))
  const code = 'FST_COGNITO_TOKEN_INVALID'
  const mistake = { code, reason: 'client_id', expected: ['app-a'], actual: 'absent' }
  t.strictSame(entries, [
    ['info', { code, reason: 'issued_at', absent: 'iat' }, 'request refused: issued_at, the token has no iat'],
    ['info', { ...mistake, absent: 'client_id' }, 'request refused: client_id, the token has no client_id; this application accepts "app-a"'],
    ['info', mistake, 'request refused: client_id is "absent", this application accepts "app-a"']
  ])
})

t.test('what came from a token cannot write lines of its own into the message', async (t) => {
  const { log, entries } = recorder()
  logRefusal(log, tokenInvalid('issuer', ['https://a.example'], 'x"\n{"level":60,"msg":"forged"}'))
  t.notMatch(entries[0]?.[2], /\n/)
})

t.test('a lacking right is logged with what the route needs, not with what the user has', async (t) => {
  const { log, entries } = recorder()
  logRefusal(log, failure('FST_COGNITO_FORBIDDEN', 'required_group', { expected: ['Admins'], scopes: [] }))
  t.strictSame(entries, [[
    'info',
    { code: 'FST_COGNITO_FORBIDDEN', reason: 'required_group', expected: ['Admins'] },
    'request refused: required_group, this route needs "Admins"'
  ]])
})

t.test('a function of the application that failed is logged at error with its error', async (t) => {
  const { log, entries } = recorder()
  const cause = new Error('the database is down')
  logRefusal(log, unavailable('is_revoked', cause))
  t.strictSame(entries, [['error', { code: 'FST_COGNITO_UNAVAILABLE', reason: 'is_revoked', err: cause }, 'authentication could not be decided']])
})

t.test('a request during an outage is logged without the error, which the key source has logged once', async (t) => {
  const { log, entries } = recorder()
  logRefusal(log, unavailable('key_endpoint', new Error('ECONNREFUSED')))
  t.strictSame(entries, [['info', { code: 'FST_COGNITO_UNAVAILABLE', reason: 'key_endpoint' }, 'request refused: key_endpoint']])
})

const used: KeySourceStatus = { userPoolId: 'us-east-1_A', issuer: 'https://cognito-idp.example/a', state: 'fresh', age: 0, lastError: null }
const unused: KeySourceStatus = { ...used, issuer: 'https://issuer-cognito-idp.example/a', state: 'empty', age: null, lastError: new Error('answered 403') }

function levelOf (changed: KeySourceStatus, siblings: readonly KeySourceStatus[]): string | undefined {
  const { log, entries } = recorder()
  logKeySource(log, changed, () => siblings)
  t.equal(entries.length, 1)
  return entries[0]?.[0]
}

t.test('keys that were fetched are told at info', async (t) => {
  const { log, entries } = recorder()
  logKeySource(log, used, () => [unused])
  t.strictSame(entries, [['info', { userPoolId: 'us-east-1_A', issuer: 'https://cognito-idp.example/a', state: 'fresh' }, 'signing keys fetched']])
})

t.test('keys that cannot be fetched are told at warn with the error', async (t) => {
  const { log, entries } = recorder()
  const lastError = new Error('ECONNREFUSED')
  logKeySource(log, { ...used, state: 'stale', lastError }, () => [])
  t.match(entries, [['warn', { state: 'stale', err: lastError }, 'signing keys could not be fetched']])
})

t.test('the issuer that a pool does not have is told at info once the other one answers, or may yet', async (t) => {
  const asked = { ...used, state: 'empty', age: null } as const
  t.equal(levelOf(unused, [used]), 'info')
  t.equal(levelOf(unused, [{ ...used, state: 'stale', lastError: new Error('x') }]), 'info')
  t.equal(levelOf(unused, [asked]), 'info', 'nobody has said yet that the other one is down')
  t.equal(levelOf(unused, [{ ...asked, lastError: new Error('x') }]), 'warn', 'no source of the pool has keys')
  t.equal(levelOf(unused, []), 'warn', 'it is the only one')
  t.equal(levelOf({ ...unused, state: 'stale' }, [used]), 'warn', 'it had keys, so the pool has it')
})

const open: RouteAuth = { method: 'GET', url: '/open', constraints: {}, kind: 'route', auth: 'public', requirements: [], source: 'default', undefinedHooks: [] }

t.test('all routes are told at debug, and nothing more when all is well', async (t) => {
  const { log, entries } = recorder()
  const routes = [open, { ...open, auth: 'required', undefinedHooks: ['preHandler'] } as const]
  logRoutes(log, routes)
  t.strictSame(entries, [['debug', { routes }, 'routes and their protection']])
})

t.test('a public route with an undefined hook is warned of, and only that', async (t) => {
  const { log, entries } = recorder()
  logRoutes(log, [open, { ...open, url: '/trap', undefinedHooks: ['preHandler'] }])
  t.equal(entries.length, 2)
  t.match(entries[1], ['warn', { routes: [{ method: 'GET', url: '/trap', undefinedHooks: ['preHandler'] }] }, /app\.authenticate is undefined until/])
})

t.test('a route of which nothing can be told any more is warned of', async (t) => {
  const { log, entries } = recorder()
  logRoutes(log, [open, { ...open, url: '/early', auth: 'unknown' }])
  t.equal(entries.length, 2)
  t.match(entries[1], ['warn', { routes: [{ method: 'GET', url: '/early' }] }, /before fastify-cognito-auth was imported/])
})

t.test('a denied route is an error, and only that', async (t) => {
  const { log, entries } = recorder()
  logRoutes(log, [open, { ...open, url: '/denied', auth: 'denied', source: 'config' }])
  t.equal(entries.length, 2)
  t.match(entries[1], ['error', { routes: [{ method: 'GET', url: '/denied' }] }, /every request to them is refused/])
})
