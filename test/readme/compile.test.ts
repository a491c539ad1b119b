import t from 'tap'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { blocks } from '../support/readme.js'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** The compiler's settings of this project, with the package's own name meaning its sources. */
function readSettings (): ts.CompilerOptions {
  const path = join(root, 'tsconfig.json')
  const { config } = ts.readConfigFile(path, (file) => ts.sys.readFile(file)) as { config: { compilerOptions: object, include: string[] } }
  config.compilerOptions = {
    ...config.compilerOptions,
    // For the module of the example's page, which the glue for front ends imports.
    allowJs: true,
    paths: { 'fastify-cognito-auth': ['./src/index.ts'], 'fastify-cognito-auth/testing': ['./src/testing/index.ts'], 'fastify-cognito-auth/dev': ['./src/dev/index.ts'], 'fastify-cognito-auth/openapi': ['./src/openapi/index.ts'], 'fastify-cognito-auth/revocation': ['./src/revocation/index.ts'], 'fastify-cognito-auth/mcp': ['./src/mcp/index.ts'], 'fastify-cognito-auth/telemetry': ['./src/telemetry/index.ts'], 'fastify-cognito-auth/telemetry/prometheus': ['./src/telemetry/prometheus.ts'], 'fastify-cognito-auth/telemetry/opentelemetry': ['./src/telemetry/opentelemetry.ts'] }
  }
  return ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, dirname(path)).options
}

const settings = readSettings()
// What the snippets for browsers use of Amplify, by its documentation; the package itself has hundreds of dependencies.
const amplify = join(root, 'test/readme/amplify.d.ts')
const amplifyTypes = `declare module 'aws-amplify/auth' {
  interface JWT { toString (): string }
  export function fetchAuthSession (options?: { forceRefresh?: boolean }): Promise<{ tokens?: { accessToken: JWT, idToken?: JWT } }>
}`
const parsed = new Map<string, ts.SourceFile | undefined>()

/** What the compiler has to say of each of some texts that stand in no file; other files are parsed once. */
function diagnose (codes: Readonly<Record<string, string>>): Record<string, string[]> {
  const texts = new Map(Object.entries(codes).map(([name, code]) => [join(root, 'test/readme', `${name}.ts`), code]))
  const host = ts.createCompilerHost(settings)
  const { fileExists, getSourceFile } = host
  host.fileExists = (path) => path === amplify || texts.has(path) || fileExists(path)
  host.getSourceFile = (path, target, ...rest) => {
    const text = path === amplify ? amplifyTypes : texts.get(path)?.replace("'./call-api.js'", "'../../example/page/call-api.js'")
    if (text !== undefined) return ts.createSourceFile(path, text, target)
    if (!parsed.has(path)) parsed.set(path, getSourceFile(path, target, ...rest))
    return parsed.get(path)
  }
  const program = ts.createProgram([...texts.keys(), amplify], settings, host)
  // Of the blocks alone: where one merges types, applications see the declarations of the sources, not the sources.
  return Object.fromEntries([...texts.keys()].map((path) => [
    basename(path, '.ts'),
    ts.getPreEmitDiagnostics(program, program.getSourceFile(path)).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
  ]))
}

const typescript = blocks.filter(({ language }) => language === 'ts')
// These change the types of the whole program that they are part of.
const merging = typescript.filter(({ code }) => code.includes('declare module'))
const others = typescript.filter((block) => !merging.includes(block))

t.test('every TypeScript block is a file of its own that compiles as strictly as the sources, and with a mistake in it does not', async (t) => {
  t.ok(others.length > 20)
  const start = `import Fastify from 'fastify'
import cognitoAuth from 'fastify-cognito-auth'
const app = Fastify()
const pool = { userPoolId: 'us-east-1_EXAMPLE01', clientId: '1example23456789' }
await app.register(cognitoAuth, pool)
`
  const mistakes = [
    "await app.register(cognitoAuth, { ...pool, clientID: 'a' })",
    "app.get('/', { config: { auth: 'requird' } }, async () => 1)",
    "app.get('/', { config: { auth: { role: ['Admin'] } } }, async () => 1)",
    "app.get('/', async (request) => request.user.sub)"
  ]
  const found = diagnose(Object.fromEntries([
    ...others.map(({ page, heading, code }, at) => [`${at} ${page} ${heading}`.replace(/\W/g, ' '), code] as const),
    ...mistakes.map((code, at) => [`mistake ${at}`, start + code] as const)
  ]))
  for (const [name, messages] of Object.entries(found)) {
    if (name.startsWith('mistake')) t.equal(messages.length, 1, name)
    else t.strictSame(messages, [], name)
  }
})

for (const { heading, code } of merging) {
  t.test(`the types merged under "${heading}" compile, and are those that the whole program sees`, async (t) => {
    const merged = [...code.matchAll(/^ {2}interface (\w+) \{ (?:readonly )?'?([\w:]+)'?\??:/gm)]
    t.ok(merged.length > 0)
    // A value of another type is refused; where nothing is merged, the member is unknown or there is none.
    const probes = merged.map(([, type, member], at) => [`probe${at}`, `export const member: import('fastify-cognito-auth').${type}['${member}'] = {} as { readonly none: true }`] as const)
    const found = diagnose({ block: code, ...Object.fromEntries(probes) })
    const refused = /^Type '{ readonly none: true; }' is (?:not assignable to|missing)/
    t.strictSame(found.block, [])
    for (const [name] of probes) t.match(found[name], [refused])
    const before = diagnose(Object.fromEntries(probes))
    for (const [name] of probes) t.notMatch(before[name], [refused])
  })
}

t.test('every block names a language that a test knows', async (t) => {
  t.strictSame([...new Set(blocks.map(({ language }) => language))].sort(), ['dockerfile', 'js', 'json', 'sh', 'text', 'ts', 'yaml'])
})
