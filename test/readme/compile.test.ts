/** Every block of TypeScript in the pages, given to the compiler. */
import { execFile } from 'node:child_process'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import type { Test } from 'tap'
import { blocks } from '../support/readme.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
// Not the command in `bin`, whose name has no ending: the test runner's hooks take it for CommonJS.
const compiler = join(root, 'node_modules/typescript-7/lib/tsc.js')

/** The compiler's settings of this project, with the package's own name meaning its sources. */
const doors = { '': 'index', '/testing': 'testing/index', '/dev': 'dev/index', '/openapi': 'openapi/index', '/revocation': 'revocation/index', '/mcp': 'mcp/index', '/telemetry': 'telemetry/index', '/telemetry/prometheus': 'telemetry/prometheus', '/telemetry/opentelemetry': 'telemetry/opentelemetry' }
const settings = JSON.stringify({
  extends: join(root, 'tsconfig.json'),
  compilerOptions: {
    rootDir: root,
    // For the module of the example's page, which the glue for front ends imports.
    allowJs: true,
    paths: Object.fromEntries(Object.entries(doors).map(([door, file]) => [`fastify-cognito-auth${door}`, [join(root, 'src', `${file}.ts`)]]))
  },
  include: ['*.ts']
})
// What the snippets for browsers use of Amplify, by its documentation; the package itself has hundreds of dependencies.
const amplifyTypes = `declare module 'aws-amplify/auth' {
  interface JWT { toString (): string }
  export function fetchAuthSession (options?: { forceRefresh?: boolean }): Promise<{ tokens?: { accessToken: JWT, idToken?: JWT } }>
}`

/** What the compiler prints of the program in a folder. Rejects where it has failed without a word about a file. */
function compile (folder: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], { cwd: folder }, (error, stdout) => {
      if (error === null || /^\S+?\(\d+,\d+\): error/m.test(stdout)) resolve(stdout)
      else reject(new Error(stdout, { cause: error }))
    })
  })
}

/** What the compiler has to say of each of some texts, each a file of one program. */
async function diagnose (t: Test, codes: Readonly<Record<string, string>>): Promise<Record<string, string[]>> {
  const files = Object.entries(codes).map(([name, code], at) => ({ name, file: `block${at}.ts`, code }))
  const pages = relative(t.testdirName, join(root, 'example/page'))
  const folder = t.testdir({
    'tsconfig.json': settings,
    'amplify.d.ts': amplifyTypes,
    ...Object.fromEntries(files.map(({ file, code }) => [file, code.replace("'./call-api.js'", `'${pages}/call-api.js'`)]))
  })
  const output = await compile(folder)
  const found = [...output.matchAll(/^(\S+?)\(\d+,\d+\): error TS\d+: (.*)$/gm)]
  // Of the blocks alone: where one merges types, applications see the declarations of the sources, not the sources.
  return Object.fromEntries(files.map(({ name, file }) => [name, found.filter(([, path]) => path === file).map(([, , message = '']) => message)]))
}

const typescript = blocks.filter(({ language }) => language === 'ts')
// These change the types of the whole program that they are part of.
const merging = typescript.filter(({ code }) => code.includes('declare module'))
const others = typescript.filter((block) => !merging.includes(block))

/** For each member that a block merges, a value of another type: where nothing is merged, the member is unknown or there is none. */
const probesOf = new Map(merging.map(({ heading, code }) => {
  const merged = [...code.matchAll(/^ {2}interface (\w+) \{ (?:readonly )?'?([\w:]+)'?\??:/gm)]
  return [heading, merged.map(([, type, member]) => [`probe of ${heading}: ${type}.${member}`, `export const member: import('fastify-cognito-auth').${type}['${member}'] = {} as { readonly none: true }`] as const)]
}))
const refused = /^Type '{ readonly none: true; }' is (?:not assignable to|missing)/

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
  const found = await diagnose(t, Object.fromEntries([
    ...others.map(({ page, heading, code }, at) => [`${at} ${page} ${heading}`, code] as const),
    ...mistakes.map((code, at) => [`mistake ${at}`, start + code] as const),
    ...[...probesOf.values()].flat()
  ]))
  for (const [name, messages] of Object.entries(found)) {
    if (name.startsWith('mistake')) t.equal(messages.length, 1, name)
    else if (name.startsWith('probe')) t.notMatch(messages, [refused], name)
    else t.strictSame(messages, [], name)
  }
})

for (const { heading, code } of merging) {
  t.test(`the types merged under "${heading}" compile, and are those that the whole program sees`, async (t) => {
    const probes = probesOf.get(heading) ?? []
    t.ok(probes.length > 0)
    const found = await diagnose(t, { block: code, ...Object.fromEntries(probes) })
    t.strictSame(found.block, [])
    for (const [name] of probes) t.match(found[name], [refused], name)
  })
}

t.test('every block names a language that a test knows', async (t) => {
  t.strictSame([...new Set(blocks.map(({ language }) => language))].sort(), ['dockerfile', 'js', 'json', 'sh', 'text', 'ts', 'yaml'])
})
