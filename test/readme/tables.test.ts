import t from 'tap'
import { readFile } from 'node:fs/promises'
import { readPluginOptions } from '../../src/options/read-options.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { buildApp } from '../support/app.js'
import { everyPage, rowsUnder } from '../support/readme.js'

const minimal = { userPoolId: 'us-east-1_EXAMPLE01', clientId: '1example23456789' }
const rows = rowsUnder('docs/options.md', 'Options')
const defaults = new Map(rows.map(({ option = '', default: value = '' }) => [option, value]))

function messageOf (options: object): string {
  try {
    readPluginOptions(options)
    return 'accepted'
  } catch (error) {
    return (error as Error).message
  }
}

function namesAt (path: string, options: object): string[] {
  const [, names = ''] = /known are ([^,]+(?:, \w+)*), got/.exec(messageOf({ ...minimal, ...options })) ?? []
  return names.split(', ').map((name) => `${path}${name}`)
}

t.test('the options table names every option once, and no other', async (t) => {
  const known = [
    ...namesAt('', { unknown: 1 }).filter((name) => name !== 'keys' && name !== 'log'),
    ...namesAt('cache.', { cache: { unknown: 1 } }),
    ...namesAt('keys.', { keys: { unknown: 1 } }),
    ...['resolve', 'maxEntries', 'maxAge', 'maxStale', 'unknownAge', 'timeout', 'issuerForms'].map((name) => `userPools.${name}`),
    ...namesAt('log.', { log: { unknown: 1 } }),
    ...namesAt('resourceMetadata.', { resourceMetadata: { unknown: 1 } }),
    'userPools'
  ]
  t.ok(known.length > 20)
  t.strictSame(rows.map(({ option }) => option).sort(), known.sort())
})

t.test('the options table gives the defaults that the code gives', async (t) => {
  // What routes ask of a list of revoked tokens comes along with `isRevoked`: it is no option.
  const { verifier, requests: { revocation, log, resolver, ...requests } } = readPluginOptions(minimal)
  t.equal(revocation, null)
  t.equal(resolver, null)
  const { requests: found } = readPluginOptions({ userPools: { resolve: () => null } })
  const [pool] = verifier.userPools
  const { byGroup, otherwise } = verifier.roles
  const [resource] = readPluginOptions({ ...minimal, resourceMetadata: { resource: 'https://api.example.com' } }).requests.resourceMetadata ?? []
  const values: Readonly<Record<string, unknown>> = {
    tokenUse: pool?.tokenUses,
    audience: pool?.audiences,
    audienceOf: pool?.audienceOf,
    roles: Object.fromEntries(byGroup),
    defaultRole: otherwise,
    clockTolerance: verifier.clockTolerance,
    issuedAtTolerance: verifier.issuedAtTolerance,
    mapUser: verifier.mapUser,
    maxTokenLength: verifier.maxTokenLength,
    ...Object.fromEntries(Object.entries(verifier.cache ?? {}).map(([name, value]) => [`cache.${name}`, value])),
    ...Object.fromEntries(Object.entries(verifier.keys).filter(([name]) => name !== 'fetch').map(([name, value]) => [`keys.${name}`, value])),
    ...requests,
    ...Object.fromEntries(Object.entries(found.resolver ?? {}).filter(([name]) => !['resolve', 'issuerForms'].includes(name)).map(([name, value]) => [`userPools.${name}`, value])),
    'log.refusals': log.levelOf,
    'log.limit': log.limit === Infinity ? null : log.limit,
    'log.user': log.showsUser,
    ...Object.fromEntries([['scopes', resource?.scopes], ['name', resource?.name], ['documentation', resource?.documentation], ['mirror', resource?.isMirrored]].map(([name, value]) => [`resourceMetadata.${String(name)}`, value]))
  }
  for (const [option, value] of Object.entries(values)) {
    // Where the code says null, the table does only if one may write it.
    const isNone = value === null && messageOf({ ...minimal, [option]: null }) !== 'accepted'
    t.equal(defaults.get(option), isNone ? 'none' : JSON.stringify(value).replaceAll('"', "'"), option)
  }

  const described = ['userPoolId', 'clientId', 'issuer', 'jwksUri', 'allowInsecure', 'jwks', 'userPools', 'userPools.resolve', 'userPools.issuerForms', 'cache', 'keys.fetch', 'resourceMetadata.resource', 'resourceMetadata.authorizationServers']
  t.strictSame([...Object.keys(values), ...described].sort(), [...defaults.keys()].sort(), 'and none is left unchecked')
})

t.test('what the options table says of defaults in words is so', async (t) => {
  const { verifier } = readPluginOptions(minimal)
  t.equal(defaults.get('issuer'), 'both issuers of the pool')
  const keyOrigins = verifier.userPools.flatMap(({ issuers, keyOrigin }) => issuers.map((issuer) => [issuer, keyOrigin(issuer)] as const))
  t.equal(keyOrigins.length, 2)
  for (const [issuer, origin] of keyOrigins) t.strictSame(origin, { jwksUri: defaults.get('jwksUri')?.replace('{iss}', issuer) })
  for (const name of ['userPoolId', 'clientId'] as const) {
    t.equal(defaults.get(name), 'required')
    const { [name]: left, ...others } = minimal
    t.match(messageOf(others), `option "${name}" is invalid`, `${left} is missed`)
  }
  t.equal(readPluginOptions({ ...minimal, cache: false }).verifier.cache, null)
  t.equal(defaults.get('allowInsecure'), 'false')
  t.strictSame(verifier.userPools.map(({ insecureJwksUri }) => insecureJwksUri), [null])
  t.equal(defaults.get('keys.fetch'), 'the global `fetch`')
  t.type(verifier.keys.fetch, 'function')
  const bounds = rows.find(({ option }) => option === 'clockTolerance')?.type
  t.equal(bounds, 'seconds, 0 to 300')
  t.strictSame([0, 300, 301, -1].map((clockTolerance) => messageOf({ ...minimal, clockTolerance }) === 'accepted'), [true, true, false, false])
})

t.test('the error table gives the answers that clients get', async (t) => {
  const pool = createTestUserPool()
  const down = createTestUserPool({ userPoolId: 'us-east-1_Down0' })
  down.goDown()
  const { keys, ...named } = pool.options
  const app = await buildApp(t, {
    options: {
      userPools: [named, { userPoolId: down.userPoolId, clientId: down.clientId }],
      keys: { timeout: 60_000, fetch: (input, init) => (String(input).includes(down.userPoolId) ? down.options.keys.fetch(input, init) : keys.fetch(input, init)) },
      isRevoked: (user) => user.sub === 'revoked'
    },
    routes: (app) => {
      app.get('/', { config: { auth: { groups: ['Admins'] } } }, async () => 'ok')
      app.get('/fresh', { config: { auth: { maxAge: 300 } } }, async () => 'ok')
    }
  })
  const past = Math.floor(Date.now() / 1000) - 60
  const causes: Readonly<Record<string, Record<string, string>>> = {
    FST_COGNITO_TOKEN_MISSING: {},
    FST_COGNITO_REQUEST_INVALID: { authorization: 'Bearer' },
    FST_COGNITO_TOKEN_INVALID: pool.authorization('a.b.c'),
    FST_COGNITO_TOKEN_EXPIRED: pool.authorization(await pool.accessToken({ iat: past - 60, exp: past })),
    FST_COGNITO_TOKEN_REVOKED: pool.authorization(await pool.accessToken({ sub: 'revoked' })),
    FST_COGNITO_FORBIDDEN: pool.authorization(await pool.accessToken()),
    FST_COGNITO_REAUTHENTICATION_REQUIRED: pool.authorization(await pool.accessToken({ auth_time: past - 300 })),
    FST_COGNITO_UNAVAILABLE: down.authorization(await down.accessToken())
  }
  const table = rowsUnder('docs/errors.md', 'Errors').filter(({ status }) => status !== undefined)
  t.strictSame(table.map(({ code }) => code), Object.keys(causes))
  for (const { code = '', status, message, '`WWW-Authenticate` after `Bearer realm="api"`': challenge } of table) {
    const { statusCode, headers, body } = await app.inject({ url: code.includes('REAUTHENTICATION') ? '/fresh' : '/', headers: causes[code] ?? {} })
    t.strictSame([code, status, message], [(JSON.parse(body) as { code: string }).code, String(statusCode), (JSON.parse(body) as { message: string }).message])
    if (challenge === 'none, but `Retry-After`') {
      t.equal(headers['www-authenticate'], undefined, code)
      t.match(headers['retry-after'], /^\d+$/, code)
    } else {
      t.equal(headers['www-authenticate'], ['Bearer realm="api"', challenge].filter((part) => part !== '').join(', '), code)
      t.equal(headers['retry-after'], undefined, code)
    }
  }
})

t.test('what the text tells to look for in the log is what the log says', async (t) => {
  const quoted = rowsUnder('docs/errors.md', 'Reasons in the log').flatMap(({ 'what to do': text = '' }) => [...text.matchAll(/`([^`]+)` in the log/g)].map(([, words = '']) => words))
  const source = await readFile(new URL('../../src/request/log.ts', import.meta.url), 'utf8')
  t.strictSame(quoted, ['err', 'signing keys could not be fetched', 'err', 'err'])
  for (const words of quoted) t.ok(source.includes(words), words)
})

t.test('the table of reasons explains every reason once, and the text every code', async (t) => {
  const sources = await Promise.all(['failure.ts', 'setup-error.ts'].map(async (name) => readFile(new URL(`../../src/errors/${name}`, import.meta.url), 'utf8')))
  const source = sources.join('\n')
  const namesOf = (type: string) => [...(new RegExp(`export type ${type} =([^/]+)`).exec(source)?.[1] ?? '').matchAll(/'(\w+)'/g)].map(([, name]) => name)
  const explained = rowsUnder('docs/errors.md', 'Reasons in the log').flatMap(({ reason = '' }) => (reason.includes('`') ? [...reason.matchAll(/`(\w+)`/g)].map(([, name]) => name) : [reason]))
  t.ok(explained.length > 30)
  t.strictSame([...explained].sort(), namesOf('Reason').sort())
  const codes = [...namesOf('CognitoAuthErrorCode'), ...namesOf('CognitoAuthSetupErrorCode')]
  t.equal(codes.length, 11)
  for (const code of codes) t.match(everyPage, `\`${code}\``)
})

t.test('the README names every option, and shows figures that the page on performance has', async (t) => {
  const named = rowsUnder('README.md', 'Options').flatMap(({ options = '' }) => [...options.matchAll(/`?(\w+)`?/g)].map(([, name]) => name))
  for (const name of new Set(rows.map(({ option = '' }) => option.split('.')[0]))) t.ok(named.includes(name), String(name))
  const measured = rowsUnder('docs/performance.md', 'Performance').map((row) => JSON.stringify(row))
  const shown = rowsUnder('README.md', 'Performance')
  t.ok(shown.length > 0)
  for (const row of shown) t.ok(measured.includes(JSON.stringify(row)), String(row['requests with']))
})

t.test('the table of variables of the example is that of its configuration', async (t) => {
  const source = await readFile(new URL('../../example/config.ts', import.meta.url), 'utf8')
  const text = await readFile(new URL('../../example/README.md', import.meta.url), 'utf8')
  const read = new Set([...source.matchAll(/read\(env, '(\w+)'\)/g)].map(([, name]) => name))
  const told = [...text.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name)
  t.ok(told.length >= 7)
  t.strictSame([...told].sort(), [...read].sort())
})

t.test('the reasons told by symptom exist', async (t) => {
  const reasons = new Set(rowsUnder('docs/errors.md', 'Reasons in the log').flatMap(({ reason = '' }) => reason.match(/\w+/g) ?? []))
  const told = rowsUnder('docs/errors.md', 'Every request is 401').flatMap(({ '`reason` in the log': reason = '' }) => (reason.includes('`') ? [...reason.matchAll(/`(\w+)`/g)].map(([, name = '']) => name) : [reason]))
  t.ok(told.length > 5)
  for (const reason of told) t.ok(reasons.has(reason), reason)
})
