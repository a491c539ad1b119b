import { readFileSync } from 'node:fs'
import t from 'tap'
import { readSourceModules } from './support/source-modules.js'
import type { SourceModule } from './support/source-modules.js'

const modules = readSourceModules()

/**
 * The floors of the house, lowest first: a folder imports itself and folders below it, values and types alike, so
 * data flows one way. The doors stand at the root of `src` and come last.
 */
const floors: readonly string[] = ['errors/', 'time/', 'events/', 'keys/', 'token/', 'claims/', 'options/', 'verifier/', 'routes/', 'request/']

/** Beside the floors: what each may import. Nothing on a floor imports them. */
const beside: Readonly<Record<string, readonly string[]>> = {
  'explain/': ['explain/', ...floors],
  'metadata/': ['metadata/', ...floors],
  'mcp/': ['mcp/', ...floors],
  'tenants/': ['tenants/', ...floors],
  'testing/': ['testing/', 'keys/jwk', 'claims/user-pool'],
  'openapi/': [
    'openapi/', 'errors/setup-error', 'errors/shown-text', 'errors/failure', 'options/address', 'options/checks', 'routes/requirement', 'routes/route-invalid', 'routes/route-slots'
  ],
  'dev/': ['dev/', 'testing/key-pairs', 'testing/sign-token', ...floors],
  // Nothing that verifies: who only writes revocations down needs none of it.
  'revocation/': ['revocation/', 'errors/shown-text', 'time/', 'claims/user', 'options/checks', 'options/options', 'options/revocation-checks'],
  // It listens, and reads what is told.
  'telemetry/': [
    'telemetry/', 'errors/', 'time/clock', 'claims/user', 'options/checks', 'keys/key-fetch-error', 'keys/keys-event', 'verifier/services', 'routes/request-events', 'routes/standing', 'request/request', 'request/revocation-event'
  ],
  augment: floors,
  plugin: ['augment', 'metadata/metadata', 'tenants/tenants', ...floors],
  index: ['augment', 'plugin', ...floors],
  bin: ['time/clock', 'explain/command', 'dev/command']
}

/** Floors of which only these modules are for those above: the rest of the house does not know how they do it. */
const doorsOf: Readonly<Record<string, readonly string[]>> = {
  'token/': ['token/compact-jws', 'token/protected-header', 'token/signature', 'token/strict-json'],
  'verifier/': ['verifier/insecure-keys', 'verifier/services', 'verifier/token-verifier', 'verifier/trusted-issuer', 'verifier/verifier-service', 'verifier/verifier']
}

/** Which packages a module may import; Node's own ones are listed where they matter. */
const allowedPackages: Readonly<Record<string, readonly string[]>> = {
  jose: ['keys/'],
  'jose/key/import': ['keys/signing-keys'],
  '@fastify/sensible/lib/httpErrors.js': ['errors/sensible-errors'],
  'fastify-plugin': ['plugin', 'telemetry/otel-traces'],
  'prom-client': ['telemetry/duration-histogram', 'telemetry/prometheus'],
  '@opentelemetry/api': ['telemetry/otel-metrics', 'telemetry/otel-traces'],
  '@fastify/swagger': ['openapi/'],
  fastify: ['openapi/', 'options/application', 'request/', 'routes/', 'metadata/', 'telemetry/otel-traces', 'plugin'],
  'oidc-provider': ['dev/'],
  'node:http': ['request/bearer', 'testing/', 'dev/'],
  'node:net': ['testing/', 'dev/'],
  'node:fs/promises': ['bin'],
  'node:crypto': ['keys/signing-keys', 'token/signature', 'testing/', 'dev/'],
  'node:buffer': ['token/strict-json'],
  // Warnings, where there is no log.
  'node:process': ['verifier/verifier', 'events/event-channel'],
  'node:diagnostics_channel': ['events/event-channel', 'routes/route-gate', 'telemetry/listen'],
  'node:util': ['keys/key-body', 'explain/', 'routes/', 'testing/', 'dev/']
}

function isIn (name: string, places: readonly string[]): boolean {
  return places.some((place) => (place.endsWith('/') ? name.startsWith(place) : name === place))
}

/** The folder of a module, or the module itself where it stands at the root. */
function roomOf (name: string): string {
  const slash = name.indexOf('/')
  return slash === -1 ? name : name.slice(0, slash + 1)
}

/** What a room may import; nothing known of a room that is in no table. */
function allowedFor (room: string): readonly string[] | undefined {
  return floors.includes(room) ? floors.slice(0, floors.indexOf(room) + 1) : beside[room]
}

/** Names of the modules of which something holds, for a comparison that shows them all when it fails. */
function namesWhere (holds: (module: SourceModule) => boolean): string[] {
  return modules.filter(holds).map(({ name }) => name)
}

t.test('every module stands in a known room, and every room has a module', async (t) => {
  t.strictSame(namesWhere(({ name }) => allowedFor(roomOf(name)) === undefined), [])
  const rooms = [...floors, ...Object.keys(beside)]
  t.strictSame(rooms.filter((room) => !modules.some(({ name }) => roomOf(name) === room)), [])
})

t.test('only the doors stand at the root', async (t) => {
  t.strictSame(namesWhere(({ name }) => !name.includes('/')), ['augment', 'bin', 'index', 'plugin'])
})

t.test('a module imports only its own room and rooms below it', async (t) => {
  for (const { name, imports } of modules) {
    const strangers = imports.filter(({ to, isInternal }) => isInternal && !isIn(to, allowedFor(roomOf(name)) ?? []))
    t.strictSame(strangers.map(({ to }) => to), [], name)
  }
})

t.test('what a floor keeps to itself is not imported from outside', async (t) => {
  for (const { name, imports } of modules) {
    const strangers = imports.filter(({ to }) => roomOf(to) !== roomOf(name) && !isIn(to, doorsOf[roomOf(to)] ?? [to]))
    t.strictSame(strangers.map(({ to }) => to), [], name)
  }
})

t.test('every room says what may live in it and what must not', async (t) => {
  for (const room of [...floors, ...Object.keys(beside)].filter((name) => name.endsWith('/'))) {
    const lines = readFileSync(new URL(`../src/${room}README.md`, import.meta.url), 'utf8').trimEnd().split('\n')
    t.ok(lines.length <= 5 && lines.some((line) => line.startsWith('Not here: ')), room)
  }
})

t.test('a package is imported only where the table says, and no other package at all', async (t) => {
  for (const { name, imports } of modules) {
    const strangers = imports.filter(({ to, isInternal }) => !isInternal && !isIn(name, allowedPackages[to] ?? []))
    t.strictSame(strangers.map(({ to }) => to), [], name)
  }
})

t.test('no module and no folder needs itself by any way round, not even for a type', async (t) => {
  const edges = new Map(modules.map(({ name, imports }) => [name, imports.filter(({ isInternal }) => isInternal).map(({ to }) => to)]))
  const rooms = new Map<string, string[]>()
  for (const [name, tos] of edges) {
    const from = roomOf(name)
    rooms.set(from, [...rooms.get(from) ?? [], ...tos.map(roomOf).filter((to) => to !== from)])
  }
  const reachable = (graph: ReadonlyMap<string, readonly string[]>, from: string, seen = new Set<string>()): Set<string> => {
    for (const to of graph.get(from) ?? []) {
      if (!seen.has(to)) reachable(graph, to, seen.add(to))
    }
    return seen
  }
  for (const graph of [edges, rooms]) t.strictSame([...graph.keys()].filter((name) => reachable(graph, name).has(name)), [])
})

t.test('in production only the key source meets the network: others hand fetch on, or do not know it', async (t) => {
  t.strictSame(namesWhere(({ calls }) => calls.has('fetch')), ['dev/command', 'keys/key-endpoint', 'options/read-options'])
  t.strictSame(namesWhere(({ name, identifiers }) => identifiers.has('fetch') && !isIn(name, ['keys/', 'options/', 'explain/command', 'bin', 'testing/', 'dev/command'])), [])
  const ways = ['XMLHttpRequest', 'WebSocket', 'EventSource', 'createConnection']
  t.strictSame(namesWhere(({ identifiers }) => ways.some((way) => identifiers.has(way))), [])
})

t.test('only the errors know HTTP statuses', async (t) => {
  t.strictSame(namesWhere(({ name, identifiers }) => ['httpErrors', 'statusCode'].some((word) => identifiers.has(word)) && !isIn(name, ['errors/', 'openapi/responses', 'telemetry/otel-traces'])), [])
  // The key endpoint and the kit know the statuses of the other side; a document says what the errors are.
  const known = ['errors/http-errors', 'errors/client-error', 'keys/key-endpoint', 'openapi/responses', 'telemetry/otel-traces', 'testing/', 'dev/']
  t.strictSame(namesWhere(({ name, numbers }) => [...numbers].some((number) => number >= 400 && number < 600) && !isIn(name, known)), [])
})

t.test('nothing in production reads the environment; only the command line knows its process', async (t) => {
  // A development pool refuses to run in production, which only the environment can tell.
  t.strictSame(namesWhere(({ identifiers }) => identifiers.has('env')), ['dev/start-dev-user-pool'])
  // Those that give Node.js a warning, which has no other way out of a verifier without a log. Its module has a hundred other names.
  const warning = namesWhere(({ identifiers }) => identifiers.has('process') && identifiers.has('emitWarning'))
  t.strictSame(warning, ['events/event-channel', 'verifier/verifier'])
  t.strictSame(namesWhere(({ name, identifiers }) => identifiers.has('process') && !isIn(name, ['bin', 'dev/start-dev-user-pool', ...warning])), [])
})

t.test('the system clock is read in one place; the test kit gives its tokens the time', async (t) => {
  t.strictSame(namesWhere(({ readsClock }) => readsClock), ['testing/test-claims', 'time/clock'])
})

t.test('production imports nothing of the test kit or the development pool; the command line starts it', async (t) => {
  t.strictSame(namesWhere(({ name, imports }) => !isIn(name, ['testing/', 'dev/']) && imports.some(({ to }) => isIn(to, ['testing/', 'dev/']))), ['bin'])
})

/** What a module loads at run time, over all others: modules and packages. */
function loadedBy (name: string, seen = new Set<string>()): Set<string> {
  for (const { to, isType } of modules.find((module) => module.name === name)?.imports ?? []) {
    if (!isType && !seen.has(to)) loadedBy(to, seen.add(to))
  }
  return seen
}

t.test('the document of an API loads no package, and the plugin and the verifier do not load what makes it', async (t) => {
  const loaded = [...loadedBy('openapi/index')]
  t.ok(loaded.length > 10)
  t.strictSame(loaded.filter((name) => !modules.some((module) => module.name === name)), [])
  for (const door of ['index', 'verifier/index', 'bin']) {
    t.ok(loadedBy(door).has('errors/setup-error'), door)
    t.strictSame([...loadedBy(door)].filter((name) => name.startsWith('openapi/')), [], door)
  }
})

t.test('who only writes revocations down loads no package', async (t) => {
  const loaded = [...loadedBy('revocation/index')]
  t.ok(loaded.length > 10)
  t.strictSame(loaded.filter((name) => !name.startsWith('node:') && !modules.some((module) => module.name === name)), [])
})

t.test('who does not watch loads nothing of what watches', async (t) => {
  for (const door of ['index', 'verifier/index', 'bin']) {
    t.strictSame([...loadedBy(door)].filter((name) => name.startsWith('telemetry/')), [], door)
  }
})

t.test('who listens to events loads nothing of what tells them', async (t) => {
  t.strictSame([...loadedBy('telemetry/index')], ['telemetry/listen', 'node:diagnostics_channel'])
})

t.test('the plugin is the only default export', async (t) => {
  t.strictSame(namesWhere(({ hasDefaultExport }) => hasDefaultExport), ['index', 'plugin'])
})

t.test('no file has more than 160 lines', async (t) => {
  t.strictSame(namesWhere(({ lines }) => lines > 160), [])
})

t.test('every module can be imported, so that coverage counts it', async (t) => {
  // Importing the command line would run it: its own tests start it as a process.
  for (const { name } of modules.filter((module) => module.name !== 'bin')) {
    t.ok(await import(new URL(`../src/${name}.js`, import.meta.url).href), name)
  }
})
