/** A program in a process of its own, given as text, with the sources of this package at hand. */
import { spawnSync } from 'node:child_process'
import { childEnvironment } from './child-environment.js'

/** The address of a module of this repository, as text of a program: `addressOf('src/index.js')`. */
export function addressOf (path: string): string {
  return JSON.stringify(new URL(`../../${path}`, import.meta.url).href)
}

/** Runs an ECMAScript module with options of Node's; gives its exit status and all it printed. */
export function runModule (program: string, options: readonly string[] = []): { readonly status: number | null, readonly output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...options, '--import', 'tsx', '--input-type=module', '--eval', program], {
    encoding: 'utf8', timeout: 100_000, env: childEnvironment()
  })
  return { status, output: stdout + stderr }
}
