import t from 'tap'
import { readPluginOptions, readVerifierOptions } from '../../src/options/read-options.js'
import type { ResourceSettings } from '../../src/options/settings.js'
import { assertOptionRefused, notAnObject, notAString, onePool } from '../support/option-cases.js'
import type { BadValue } from '../support/option-cases.js'

const form = 'an https URL, or an http URL on localhost, with a path of plain segments or none, and without a slash at the end of a path, query and fragment'
const address = 'an https URL, or an http URL on a loopback host'
const resource = 'https://api.example.com/mcp'

function resourcesOf (resourceMetadata: unknown): readonly ResourceSettings[] | null {
  return readPluginOptions({ ...onePool, resourceMetadata }).requests.resourceMetadata
}

t.test('nothing is published unless it is asked for', async (t) => {
  t.equal(readPluginOptions(onePool).requests.resourceMetadata, null)
})

t.test('an identifier is enough; it is published as it stands, and its document has the path inserted (RFC 9728 §3.1)', async (t) => {
  t.strictSame(resourcesOf({ resource }), [{
    resource,
    origin: 'https://api.example.com',
    path: '/mcp',
    metadataPath: '/.well-known/oauth-protected-resource/mcp',
    metadataUrl: 'https://api.example.com/.well-known/oauth-protected-resource/mcp',
    scopes: [],
    name: null,
    documentation: null,
    authorizationServers: null,
    isMirrored: false
  }])
  for (const whole of ['https://api.example.com', 'https://api.example.com/', 'http://localhost:3000', 'https://[2001:db8::1]:8443']) {
    t.match(resourcesOf({ resource: whole }), [{ resource: whole, path: '', metadataPath: '/.well-known/oauth-protected-resource', metadataUrl: `${new URL(whole).origin}/.well-known/oauth-protected-resource` }], whole)
  }
  for (const inner of ['https://api.example.com/a/b.c/~d-e_F1', 'http://localhost/mcp', 'https://api.example.com/...', 'https://api.example.com/.mcp']) {
    t.match(resourcesOf({ resource: inner }), [{ resource: inner, path: new URL(inner).pathname }], inner)
  }
})

t.test('an identifier in another form than its one, or that a router would read in another way, is refused', async (t) => {
  const bad: BadValue[] = [
    ...notAString.filter(([value]) => value !== undefined),
    ...[
      'api.example.com/mcp', '/mcp', 'http://api.example.com/mcp', 'http://127.0.0.1:3000/mcp', 'http://[::1]/mcp', 'http://localhost.example.com/mcp', 'ftp://localhost/mcp',
      'https://api.example.com/mcp#', 'https://api.example.com/mcp#a', 'https://api.example.com/mcp?', 'https://api.example.com/mcp?a=b', 'https://api.example.com/mcp/',
      'https://API.example.com/mcp', 'HTTPS://api.example.com/mcp', 'https://api.example.com:443/mcp', 'https://name:secret@api.example.com/mcp', 'https://api.example.com//mcp',
      'https://api.example.com/a/../mcp', 'https://api.example.com/./mcp', 'https://api.example.com/%6dcp', 'https://api.example.com/a%2fb', 'https://api.example.com/:id', 'https://api.example.com/*',
      'https://api.example.com/a=b', 'https://api.example.com/a;b', 'https://api.example.com/"', 'https://api.example.com/a b', 'https://api.example.com/ä', 'https://api.example.com/mcp\n', ' https://api.example.com', 'https://api.example.com\\mcp'
    ].map((value) => [value, JSON.stringify(value)] as const)
  ]
  for (const [value, got] of bad) {
    assertOptionRefused(t, { options: { ...onePool, resourceMetadata: { resource: value } }, path: 'resourceMetadata.resource', expected: form, got })
    assertOptionRefused(t, { options: { ...onePool, resourceMetadata: [{ resource: value }] }, path: 'resourceMetadata[0].resource', expected: form, got })
  }
  assertOptionRefused(t, { options: { ...onePool, resourceMetadata: {} }, path: 'resourceMetadata.resource', expected: form, got: 'undefined' })
})

t.test('one resource or several, each with a path of its own', async (t) => {
  t.strictSame(resourcesOf([{ resource }, { resource: 'https://api.example.com/other' }, { resource: 'https://api.example.com' }])?.map(({ path }) => path), ['/mcp', '/other', ''])
  for (const [value, got] of notAnObject.filter(([value]) => value !== undefined && !Array.isArray(value))) {
    assertOptionRefused(t, { options: { ...onePool, resourceMetadata: value }, path: 'resourceMetadata', expected: 'an object', got })
  }
  assertOptionRefused(t, { options: { ...onePool, resourceMetadata: [] }, path: 'resourceMetadata', expected: 'an object or a non-empty array of these', got: 'an empty array' })
  assertOptionRefused(t, { options: { ...onePool, resourceMetadata: new Array(1) }, path: 'resourceMetadata[0]', expected: 'an object', got: 'undefined' })
  for (const twice of [resource, 'https://other.example.com/mcp']) {
    assertOptionRefused(t, { options: { ...onePool, resourceMetadata: [{ resource }, { resource: twice }] }, path: 'resourceMetadata[1].resource', expected: 'each path once', got: JSON.stringify(twice) })
  }
})

t.test('what is said beside it is checked and copied', async (t) => {
  const scopes = ['https://api.example.com/mcp/read', 'openid']
  const read = resourcesOf({ resource, scopes, name: 'Files', documentation: 'https://docs.example.com/', authorizationServers: ['https://as.example.com/a', 'http://127.0.0.1:9229/local_A'], mirror: true })
  scopes.push('more')
  t.match(read, [{ scopes: ['https://api.example.com/mcp/read', 'openid'], name: 'Files', documentation: 'https://docs.example.com/', authorizationServers: ['https://as.example.com/a', 'http://127.0.0.1:9229/local_A'], isMirrored: true }])
  t.equal(read?.[0]?.scopes.length, 2)
  for (const frozen of [read, read?.[0], read?.[0]?.scopes, read?.[0]?.authorizationServers]) t.ok(Object.isFrozen(frozen))

  const scope = 'a scope (RFC 6749 §3.3)'
  const issuer = `${address}, without query and fragment`
  const table: ReadonlyArray<readonly [name: string, value: unknown, at: string, expected: string, got: string]> = [
    ['scopes', 'read', 'scopes', 'a non-empty array', '"read"'],
    ['scopes', [], 'scopes', `${scope}, or a non-empty array of these`, 'an empty array'],
    ['scopes', ['a b'], 'scopes[0]', scope, '"a b"'],
    ['scopes', ['a', 'b"'], 'scopes[1]', scope, '"b\\""'],
    ['scopes', ['a', 'a'], 'scopes[1]', 'each value once', '"a"'],
    ['name', '', 'name', 'a non-empty string', '""'],
    ['name', 7, 'name', 'a non-empty string', '7'],
    ['documentation', 'docs', 'documentation', address, '"docs"'],
    ['documentation', 'http://docs.example.com', 'documentation', address, '"http://docs.example.com"'],
    ['authorizationServers', 'https://as.example.com', 'authorizationServers', 'a non-empty array', '"https://as.example.com"'],
    ['authorizationServers', ['http://as.example.com'], 'authorizationServers[0]', issuer, '"http://as.example.com"'],
    ['authorizationServers', ['as.example.com'], 'authorizationServers[0]', issuer, '"as.example.com"'],
    ['authorizationServers', ['https://as.example.com/?a=b'], 'authorizationServers[0]', issuer, '"https://as.example.com/?a=b"'],
    ['authorizationServers', ['https://as.example.com', 'https://as.example.com/#'], 'authorizationServers[1]', issuer, '"https://as.example.com/#"'],
    ['authorizationServers', ['https://a:secret@as.example.com'], 'authorizationServers[0]', `${address}, without credentials`, '"a URL with credentials"'],
    ['documentation', 'https://a:secret@docs.example.com', 'documentation', `${address}, without credentials`, '"a URL with credentials"'],
    ['mirror', 'true', 'mirror', 'true or false', '"true"'],
    ['mirror', null, 'mirror', 'true or false', 'null'],
    ['scopes', undefined, 'scopes', 'a value, or the option left out', 'undefined']
  ]
  for (const [name, value, at, expected, got] of table) {
    assertOptionRefused(t, { options: { ...onePool, resourceMetadata: { resource, [name]: value } }, path: `resourceMetadata.${at}`, expected, got })
  }
})

t.test('a mirror is one document, of one pool and one origin', async (t) => {
  const mirrored = { resource, mirror: true }
  t.ok(resourcesOf([mirrored, { resource: 'https://api.example.com/b', mirror: true }, { resource: 'https://other.example.com/c' }]))
  assertOptionRefused(t, {
    options: { ...onePool, resourceMetadata: [mirrored, { resource: 'https://other.example.com/b', mirror: true }] },
    path: 'resourceMetadata[0].mirror',
    expected: 'mirrors of one origin, such as https://api.example.com',
    got: '"https://other.example.com"'
  })
  const userPools = [onePool, { userPoolId: 'us-east-1_B', clientId: 'b' }]
  const expected = 'no mirror where there are several user pools, since it stands for one'
  assertOptionRefused(t, { options: { userPools, resourceMetadata: mirrored }, path: 'resourceMetadata.mirror', expected, got: 'true' })
  assertOptionRefused(t, { options: { userPools, resourceMetadata: [{ resource: 'https://api.example.com' }, mirrored] }, path: 'resourceMetadata[1].mirror', expected, got: 'true' })
  t.ok(readPluginOptions({ userPools: [onePool], resourceMetadata: mirrored }))
})

t.test('audience: "resource" stands for the names of the resources, and for nothing where there are none', async (t) => {
  const audiencesOf = (options: object): unknown => readPluginOptions({ ...onePool, ...options }).verifier.userPools[0]?.audiences
  t.strictSame(audiencesOf({ audience: 'resource', resourceMetadata: { resource } }), [resource])
  t.strictSame(audiencesOf({ audience: 'resource', resourceMetadata: [{ resource }, { resource: 'https://api.example.com/' }] }), [resource, 'https://api.example.com/'], 'as they stand')
  t.strictSame(audiencesOf({ audience: 'https://x.example.com', resourceMetadata: { resource } }), ['https://x.example.com'])
  t.equal(audiencesOf({ resourceMetadata: { resource } }), null, 'it has to be asked for')
  const expected = 'names, since there is no option "resourceMetadata" from which "resource" could take them'
  assertOptionRefused(t, { options: { ...onePool, audience: 'resource' }, path: 'audience', expected, got: '"resource"' })
  assertOptionRefused(t, { options: { userPools: [{ ...onePool, audience: 'resource' }] }, path: 'userPools[0].audience', expected, got: '"resource"' })
  t.throws(() => readVerifierOptions({ ...onePool, audience: 'resource' }), { code: 'FST_COGNITO_OPTIONS_INVALID' })
  t.throws(() => readVerifierOptions({ ...onePool, resourceMetadata: { resource } }), { message: /"resourceMetadata" is invalid: expected no option of this name/ })
})
