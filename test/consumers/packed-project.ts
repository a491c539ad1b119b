/** An empty project into which the packed tarball of this package is installed, as an application would. */
import { spawn } from 'node:child_process'
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const sources = fileURLToPath(new URL('project/', import.meta.url))

/** How a command ended and all it printed. */
export interface Ended {
  readonly code: number | null
  readonly output: string
}

export interface PackedProject {
  readonly folder: string
  readonly tarball: string
  /** Runs a command of packages that are fetched for it: `npx(['typescript@6'], 'tsc')`. */
  npx (packages: readonly string[], ...command: string[]): Promise<Ended>
  /** Runs a command in the project. */
  run (command: string, ...args: string[]): Promise<Ended>
  remove (): Promise<void>
}

/** Packs and installs; with versions of Fastify and of Node's types that this repository is tested with. */
export async function createPackedProject (): Promise<PackedProject> {
  const folder = await mkdtemp(join(tmpdir(), 'fastify-cognito-auth-'))
  // Without a build before: packing makes one, so that no tarball can be without code or with old code.
  await rm(join(root, 'dist'), { recursive: true, force: true })
  await mustRun(root, 'npm', 'pack', '--silent', '--pack-destination', folder)
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'))
  if (tarball === undefined) throw new Error('npm pack left no tarball')
  await cp(sources, folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  await mustRun(folder, 'npm', 'install', '--no-audit', '--no-fund', '--save-exact', tarball, 'fastify@5', '@fastify/swagger@9', '@types/node@20')
  const runHere = (command: string, ...args: string[]): Promise<Ended> => run(folder, command, ...args)
  return {
    folder,
    tarball,
    npx: (packages, ...command) => runHere('npx', '--yes', ...packages.map((name) => `--package=${name}`), '--', ...command),
    run: runHere,
    remove: () => rm(folder, { recursive: true, force: true })
  }
}

async function mustRun (cwd: string, command: string, ...args: string[]): Promise<void> {
  const { code, output } = await run(cwd, command, ...args)
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}\n${output}`)
}

function run (cwd: string, command: string, ...args: string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    let output = ''
    // The test runner puts its own loaders into the environment of every child, which these must not have.
    const child = spawn('env', ['-u', 'NODE_OPTIONS', command, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => { output += chunk })
    }
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, output }))
  })
}
