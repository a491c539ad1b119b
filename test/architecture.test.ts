import t from 'tap'
import { readSourceModules } from './support/source-modules.js'
import type { SourceModule } from './support/source-modules.js'

const modules = readSourceModules()

/**
 * Who may import whom, values and types alike. A name with a slash at its end is a folder. Data flows one way:
 *
 * options → user pool → keys → verifier → cache
 * request → bearer → authenticate → user → guards → handler, and error → challenge → HTTP
 */
const allowed: Readonly<Record<string, readonly string[]>> = {
  // Leaves.
  errors: [],
  'user-pool': [],
  clock: [],
  bounded: [],
  freeze: [],
  'token-hash': [],
  'claim-shapes': [],
  'route-declaration': [],
  types: [],
  // What applications write, and what becomes of it.
  application: ['claim-shapes', 'types', 'user'],
  'options/': ['options/', 'application', 'errors', 'user-pool', 'keys/jwk', 'types'],
  // The keys of an issuer, and a token without its meaning.
  'keys/': ['keys/', 'errors', 'clock', 'options/settings'],
  'token/': ['token/', 'errors', 'keys/jwk', 'keys/signing-keys'],
  // Policy as pure functions.
  claims: ['errors', 'claim-shapes', 'options/settings', 'token/strict-json'],
  user: ['claim-shapes', 'freeze', 'types'],
  requirement: ['errors', 'options/checks', 'types'],
  guards: ['errors', 'requirement', 'user'],
  // From a token to its user.
  'token-cache': ['options/settings', 'token-hash'],
  'in-flight': ['token-hash'],
  'token-verifier': [
    'application', 'bounded', 'claims', 'clock', 'errors', 'freeze', 'in-flight', 'keys/key-source', 'keys/signing-keys', 'options/settings', 'token-cache', 'token/', 'user'
  ],
  'verifier-service': ['clock', 'keys/key-source', 'keys/remote-key-source', 'options/settings', 'token-verifier'],
  verifier: ['application', 'challenge', 'clock', 'errors', 'keys/key-source', 'options/options', 'options/read-options', 'token-verifier', 'verifier-service'],
  // From a request to its user, or to an answer.
  bearer: ['errors'],
  challenge: ['errors'],
  'auth-log': ['errors', 'keys/key-source', 'route-auth'],
  request: ['application', 'auth-log', 'bearer', 'challenge', 'errors', 'token-verifier'],
  authenticate: ['auth-log', 'bearer', 'bounded', 'challenge', 'errors', 'guards', 'options/settings', 'request', 'requirement', 'token-verifier'],
  hooks: ['application', 'authenticate', 'errors', 'request', 'requirement'],
  'route-auth': ['requirement', 'types'],
  'route-register': ['hooks', 'options/settings', 'requirement', 'route-auth', 'route-declaration', 'types'],
  // Composition.
  'cognito-auth': ['keys/key-source', 'route-auth', 'verifier'],
  augment: ['application', 'cognito-auth', 'request', 'requirement'],
  plugin: [
    'auth-log', 'augment', 'authenticate', 'challenge', 'clock', 'errors', 'hooks', 'options/options', 'options/read-options',
    'request', 'route-declaration', 'route-register', 'verifier', 'verifier-service'
  ],
  index: [
    'application', 'augment', 'challenge', 'claim-shapes', 'cognito-auth', 'errors', 'hooks', 'keys/', 'options/options', 'plugin', 'request', 'requirement', 'route-auth', 'types', 'user', 'verifier'
  ],
  // A command line over the verifier, and the kit for tests.
  'explain/': [
    'explain/', 'bearer', 'challenge', 'claims', 'clock', 'errors', 'options/', 'token/', 'token-verifier', 'types', 'user', 'verifier', 'verifier-service'
  ],
  bin: ['clock', 'explain/command'],
  'testing/': ['testing/', 'keys/jwk', 'user-pool']
}

/** Which packages a module may import; Node's own ones are listed where they matter. */
const allowedPackages: Readonly<Record<string, readonly string[]>> = {
  jose: ['keys/'],
  '@fastify/sensible': ['challenge'],
  'fastify-plugin': ['plugin'],
  fastify: ['application', 'request', 'authenticate', 'route-register', 'route-declaration', 'plugin'],
  'node:http': ['bearer', 'testing/'],
  'node:net': ['testing/'],
  'node:crypto': ['keys/signing-keys', 'token/signature', 'testing/'],
  'node:buffer': ['token/strict-json'],
  'node:diagnostics_channel': ['route-declaration'],
  'node:util': ['explain/', 'testing/']
}

function isIn (name: string, places: readonly string[]): boolean {
  return places.some((place) => (place.endsWith('/') ? name.startsWith(place) : name === place))
}

function rowOf (name: string): readonly string[] | undefined {
  return allowed[name] ?? allowed[`${name.split('/')[0]}/`]
}

/** Names of the modules of which something holds, for a comparison that shows them all when it fails. */
function namesWhere (holds: (module: SourceModule) => boolean): string[] {
  return modules.filter(holds).map(({ name }) => name)
}

t.test('every module has a row in the table, and every row a module', async (t) => {
  t.strictSame(namesWhere(({ name }) => rowOf(name) === undefined), [])
  t.strictSame(Object.keys(allowed).filter((row) => !modules.some(({ name }) => isIn(name, [row]))), [])
})

t.test('a module imports only the modules that its row names', async (t) => {
  for (const { name, imports } of modules) {
    const strangers = imports.filter(({ to, isInternal }) => isInternal && !isIn(to, rowOf(name) ?? []))
    t.strictSame(strangers.map(({ to }) => to), [], name)
  }
})

t.test('a package is imported only where the table says, and no other package at all', async (t) => {
  for (const { name, imports } of modules) {
    const strangers = imports.filter(({ to, isInternal }) => !isInternal && !isIn(name, allowedPackages[to] ?? []))
    t.strictSame(strangers.map(({ to }) => to), [], name)
  }
})

t.test('no module needs itself by any way round, not even for a type', async (t) => {
  const edges = new Map(modules.map(({ name, imports }) => [name, imports.filter(({ isInternal }) => isInternal).map(({ to }) => to)]))
  const reachable = (from: string, seen: Set<string>): Set<string> => {
    for (const to of edges.get(from) ?? []) {
      if (!seen.has(to)) reachable(to, seen.add(to))
    }
    return seen
  }
  t.strictSame(namesWhere(({ name }) => reachable(name, new Set()).has(name)), [])
})

t.test('only the key source meets the network: others hand fetch on, or do not know it', async (t) => {
  t.strictSame(namesWhere(({ calls }) => calls.has('fetch')), ['keys/key-endpoint', 'options/read-options'])
  t.strictSame(namesWhere(({ name, identifiers }) => identifiers.has('fetch') && !isIn(name, ['keys/', 'options/', 'explain/command', 'bin', 'testing/'])), [])
  const ways = ['XMLHttpRequest', 'WebSocket', 'EventSource', 'createConnection']
  t.strictSame(namesWhere(({ identifiers }) => ways.some((way) => identifiers.has(way))), [])
})

t.test('only the challenge knows HTTP statuses and errors', async (t) => {
  t.strictSame(namesWhere(({ identifiers }) => identifiers.has('httpErrors')), ['challenge'])
  t.strictSame(namesWhere(({ name, identifiers }) => identifiers.has('statusCode') && name !== 'challenge'), [])
  // The key endpoint and the kit know the statuses of the other side.
  const known = ['challenge', 'keys/key-endpoint', 'testing/']
  t.strictSame(namesWhere(({ name, numbers }) => [...numbers].some((number) => number >= 400 && number < 600) && !isIn(name, known)), [])
})

t.test('nothing reads the environment; only the command line knows its process', async (t) => {
  t.strictSame(namesWhere(({ identifiers }) => identifiers.has('env')), [])
  t.strictSame(namesWhere(({ name, identifiers }) => identifiers.has('process') && name !== 'bin'), [])
})

t.test('the system clock is read in one place; the test kit gives its tokens the time', async (t) => {
  t.strictSame(namesWhere(({ readsClock }) => readsClock), ['clock', 'testing/test-claims'])
})

t.test('production imports nothing of the test kit', async (t) => {
  t.strictSame(namesWhere(({ name, imports }) => !name.startsWith('testing/') && imports.some(({ to }) => to.startsWith('testing/'))), [])
})

t.test('the plugin is the only default export', async (t) => {
  t.strictSame(namesWhere(({ hasDefaultExport }) => hasDefaultExport), ['index', 'plugin'])
})

t.test('no file has more than 250 lines', async (t) => {
  t.strictSame(namesWhere(({ lines }) => lines > 250), [])
})

t.test('every module can be imported, so that coverage counts it', async (t) => {
  // Importing the command line would run it: its own tests start it as a process.
  for (const { name } of modules.filter((module) => module.name !== 'bin')) {
    t.ok(await import(new URL(`../src/${name}.js`, import.meta.url).href), name)
  }
})
