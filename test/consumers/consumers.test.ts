import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { blocksUnder } from '../support/readme.js'
import { createPackedProject } from './packed-project.js'
import type { PackedProject } from './packed-project.js'

const compilers = ['5.7.3', '6.0.3', '7.0.2']
const nodes = ['20.19.0', '22', '24', '26']

interface CompilerConfig {
  readonly compilerOptions: object
  readonly files: readonly string[]
}

const project = await createPackedProject()
t.teardown(() => project.remove())

/** Writes a configuration that differs from the project's, and names it. */
async function configure ({ folder }: PackedProject, name: string, config: Partial<CompilerConfig>): Promise<string> {
  await writeFile(join(folder, name), JSON.stringify({ extends: './tsconfig.json', ...config }))
  return name
}

/** The sources whose code a program loads that imports a file of `dist`, by the maps beside the files. */
async function sourcesLoadedWith (file: string, seen = new Set<string>()): Promise<string[]> {
  if (seen.has(file)) return []
  seen.add(file)
  const path = join(project.folder, 'node_modules/fastify-cognito-auth/dist', file)
  const text = await readFile(path, 'utf8')
  const { sources } = JSON.parse(await readFile(`${path}.map`, 'utf8')) as { sources: string[] }
  const others = [...text.matchAll(/^(?:import|export) [^;]*?from '\.\/([^']+)'|^import '\.\/([^']+)'/gm)].map(([, from, plain]) => from ?? plain ?? '')
  return [...sources, ...(await Promise.all(others.map((other) => sourcesLoadedWith(other, seen)))).flat()]
}

t.test('the plugin and the verifier load nothing of the tools for developers', async (t) => {
  const isTool = (source: string): boolean => /src\/(?:dev|explain|testing)\//.test(source)
  for (const door of ['index.js', 'verifier.js']) {
    const sources = await sourcesLoadedWith(door)
    t.ok(sources.some((source) => source.endsWith('src/token/signature.ts')), door)
    t.strictSame(sources.filter(isTool), [], door)
  }
  // The same look at a tool finds one.
  t.ok((await sourcesLoadedWith('testing.js')).some(isTool))
})

const ids = "userPoolId: 'us-east-1_EXAMPLE01', clientId: '1example23456789'"
const used: Record<string, { readonly options: string, readonly folders: readonly string[] }> = {
  'none of them': { options: ids, folders: [] },
  resourceMetadata: { options: `${ids}, resourceMetadata: { resource: 'https://api.example.com/mcp' }`, folders: ['metadata'] },
  'userPools.resolve': { options: 'userPools: { resolve: async () => null }', folders: ['tenants'] }
}

for (const [name, { options, folders }] of Object.entries(used)) {
  t.test(`an application that has answered a request has loaded only the capabilities that it uses: ${name}`, async (t) => {
    const program = `
import Fastify from 'fastify'
import cognitoAuth from 'fastify-cognito-auth'
const app = Fastify()
await app.register(cognitoAuth, { ${options}, keys: { fetch: async () => { throw new Error('no network') } } })
app.get('/', { config: { auth: 'required' } }, async () => 'in')
const { statusCode } = await app.inject('/')
if (statusCode !== 401) throw new Error('answered ' + statusCode)
await app.close()`
    const file = join(project.folder, 'loads.mjs')
    const coverage = join(t.testdir(), 'coverage')
    await writeFile(file, program)
    // Node.js names there every file that it has loaded.
    const starter = join(project.folder, 'start-loads.mjs')
    await writeFile(starter, `import { spawnSync } from 'node:child_process'
const { status } = spawnSync(process.execPath, [${JSON.stringify(file)}], { stdio: 'inherit', env: { PATH: process.env.PATH, NODE_V8_COVERAGE: ${JSON.stringify(coverage)}, _TAPJS_PROCESSINFO_COVERAGE_: '0' } })
process.exitCode = status`)
    const ended = await project.run(process.execPath, starter)
    t.equal(ended.code, 0, ended.output)
    const reports = await Promise.all((await readdir(coverage)).map(async (name) => JSON.parse(await readFile(join(coverage, name), 'utf8')) as { result: ReadonlyArray<{ url: string }> }))
    const loaded = new Set(reports.flatMap(({ result }) => result.flatMap(({ url }) => /fastify-cognito-auth\/dist\/([^/]+\.js)$/.exec(url)?.[1] ?? [])))
    t.ok(loaded.has('index.js') && loaded.has('shared.js'), [...loaded].join(' '))
    const sources = (await Promise.all([...loaded].map(async (name) => {
      const map = JSON.parse(await readFile(join(project.folder, 'node_modules/fastify-cognito-auth/dist', `${name}.map`), 'utf8')) as { sources: string[] }
      return map.sources
    }))).flat()
    const capabilities = ['dev', 'explain', 'mcp', 'metadata', 'openapi', 'revocation', 'telemetry', 'tenants', 'testing']
    t.strictSame(capabilities.filter((folder) => sources.some((source) => source.includes(`src/${folder}/`))), folders)
  })
}

for (const version of compilers) {
  t.test(`an application compiles against the tarball, declarations included, with TypeScript ${version}`, async (t) => {
    // Requiring an ECMAScript module is known to the compiler since 5.8.
    const canRequire = !version.startsWith('5.7')
    const files = ['employee.ts', 'esm.ts', 'doors.ts', 'cjs-import.cts', ...canRequire ? ['cjs.cts'] : []]
    const outDir = `out-${version}`
    const config = await configure(project, `tsconfig.${version}.json`, { files, compilerOptions: { outDir } })
    const compiled = await project.npx([`typescript@${version}`], 'tsc', '-p', config)
    t.equal(compiled.code, 0, compiled.output)

    for (const file of ['esm.js', 'doors.js', 'cjs-import.cjs', ...canRequire ? ['cjs.cjs'] : []]) {
      const ended = await project.run(process.execPath, join(outDir, file))
      t.equal(ended.code, 0, `${file} runs ${ended.output}`)
    }
  })

  t.test(`an application that imports what there is not fails to compile, with TypeScript ${version}`, async (t) => {
    await writeFile(join(project.folder, 'wrong.ts'), [
      'import Fastify from \'fastify\'',
      'import { authenticate, createPlugin } from \'fastify-cognito-auth\'',
      'import { systemClock } from \'fastify-cognito-auth/dist/clock.js\'',
      'Fastify().get(\'/\', { onSend: authenticate, config: { auth: \'require\' } }, async () => [createPlugin, systemClock])'
    ].join('\n'))
    const config = await configure(project, 'tsconfig.wrong.json', { files: ['wrong.ts'] })
    const { code, output } = await project.npx([`typescript@${version}`], 'tsc', '-p', config, '--pretty', 'false')
    t.not(code, 0)
    t.match(output, /wrong\.ts\(2,\d+\): error TS2614: .*createPlugin/)
    t.match(output, /wrong\.ts\(3,\d+\): error TS2307: .*dist\/clock\.js/)
    t.match(output, /wrong\.ts\(4,\d+\): error TS/)
  })
}

t.test('TypeScript 5.7 cannot require the package, and says what to do instead', async (t) => {
  const config = await configure(project, 'tsconfig.require.json', { files: ['employee.ts', 'cjs.cts'] })
  const { code, output } = await project.npx(['typescript@5.7.3'], 'tsc', '-p', config, '--pretty', 'false')
  t.not(code, 0)
  t.match(output, /cjs\.cts.*error TS1479: .*Consider writing a dynamic 'import\("fastify-cognito-auth"\)' call instead/)
})

for (const file of ['run.mjs', 'run.cjs']) {
  t.test(`${file} runs on this version of Node`, async (t) => {
    const { code, output } = await project.run(process.execPath, file)
    t.equal(code, 0, output)
    t.match(output, `${process.version} ran`)
  })

  for (const version of nodes) {
    t.test(`${file} runs on Node ${version}`, async (t) => {
      const { code, output } = await project.npx([`node@${version}`], 'node', file)
      t.equal(code, 0, output)
      t.match(output, new RegExp(`^v${version.replaceAll('.', '\\.')}[.\\d]* ran$`, 'm'))
    })
  }
}

t.test('the first example of the README runs in a folder made by npm init, and so does its CommonJS twin', async (t) => {
  const folder = join(project.folder, 'fresh')
  await mkdir(folder)
  const made = await project.run('env', '-C', folder, 'npm', 'init', '--yes')
  t.equal(made.code, 0, made.output)
  const ask = "const answers = []\n  for (const url of ['/me', '/unknown']) answers.push((await app.inject(url)).statusCode)\n  console.log('answered', ...answers)\n  await app.close()"
  for (const [language, name] of [['ts', 'app.mjs'], ['js', 'app.cjs']] as const) {
    const [code = ''] = blocksUnder('The first example', language)
    await writeFile(join(folder, name), code.replace('logger: true', 'logger: false').replace('await app.listen({ port: 3000 })', `await app.listen({ port: 0 })\n  ${ask}`))
    const { code: status, output } = await project.run(process.execPath, join(folder, name))
    t.equal(status, 0, output)
    t.match(output, /^answered 401 404$/m, name)
  }
})

// In tap the kit runs throughout this repository's own tests.
t.test('the kit works in node:test', async (t) => {
  const { code, output } = await project.run(process.execPath, '--test', '--test-reporter=tap', 'kit-node.mjs')
  t.equal(code, 0, output)
  t.match(output, /^# pass 1$/m)
})

t.test('the kit works in Vitest', async (t) => {
  const installed = await project.run('npm', 'install', '--no-save', '--no-audit', '--no-fund', 'vitest@3')
  t.equal(installed.code, 0, installed.output)
  const { code, output } = await project.run('npx', 'vitest', 'run', '--no-color')
  t.equal(code, 0, output)
  t.match(output, /Tests +1 passed \(1\)/)
})

t.test('the tarball passes publint', async (t) => {
  const { code, output } = await project.npx(['publint@0.3'], 'publint', 'run', '--strict', project.tarball)
  t.equal(code, 0, output)
  t.match(output, 'All good!')
})

t.test('the types of the tarball resolve as its code does, for every ESM consumer', async (t) => {
  const { code, output } = await project.npx(['@arethetypeswrong/cli@0.18'], 'attw', project.tarball, '--profile', 'esm-only')
  t.equal(code, 0, output)
  t.equal(output.match(/^node16 \(from ESM\): 🟢/gm)?.length, 11, output)
  t.equal(output.match(/^bundler: 🟢/gm)?.length, 11)
})

t.test('what is installed holds no tests, no keys and nothing that runs at installation', async (t) => {
  const folder = join(project.folder, 'node_modules', 'fastify-cognito-auth')
  const { scripts, dependencies, files } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as
    { scripts: Record<string, string>, dependencies: Record<string, string>, files: string[] }
  t.same(Object.keys(scripts).filter((name) => /install|prepare|prepublish/.test(name)), [])
  t.same(Object.keys(dependencies).sort(), ['@fastify/sensible', 'fastify-plugin', 'jose'])
  t.notMatch(files, ['test', 'fixtures', 'example', 'bench'])
  const { output } = await project.run('tar', '-tzf', project.tarball)
  t.match(output, 'package/dist/index.js')
  t.match(output, 'package/dist/verifier.js')
  t.match(output, 'package/LICENSE')
  t.match(output, 'package/docs/recipes/cookies.md', 'the pages that the README links to')
  t.notMatch(output, /\.test\.|fixtures|\.pem|test\/|bench\/|example\/|\.env/)
})
