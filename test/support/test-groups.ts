/** Which test files share a process. */
import { readdirSync } from 'node:fs'

/**
 * The groups, each with the folders of `test` whose files share a process; `.` is `test` itself. There are few, since
 * every process starts anew, and none takes much longer than the others, since two run at a time.
 */
export const groups: Readonly<Record<string, readonly string[]>> = {
  attacks: ['attacks'],
  compositions: ['compositions', 'types', '.'],
  dev: ['dev', 'explain'],
  example: ['example'],
  keys: ['keys', 'testing'],
  properties: ['properties', 'differential'],
  readme: ['readme', 'recipes'],
  requests: ['request', 'routes'],
  tokens: ['claims', 'errors', 'options', 'time', 'token'],
  verifier: ['verifier']
}

// `others` is whatever stands in no group, so that a new folder runs without a line here.
const ownRuns = ['browser', 'consumers', 'e2e']
const root = new URL('../', import.meta.url)

/** The names of all groups: each has its file in `test/together`. */
export const groupNames: readonly string[] = [...Object.keys(groups), 'others']

/**
 * The test files of a group, by their paths from the project's folder.
 *
 * Not those named `*.alone.test.ts`: they need a process of their own, or start one anyway.
 */
export function filesOfGroup (name: string): string[] {
  const folders = groups[name] ?? foldersLeft()
  return folders.flatMap((folder) => readdirSync(new URL(folder, root))
    .filter((file) => file.endsWith('.test.ts') && !file.endsWith('.alone.test.ts'))
    .sort()
    .map((file) => folder === '.' ? `test/${file}` : `test/${folder}/${file}`))
}

function foldersLeft (): string[] {
  const named = new Set([...Object.values(groups).flat(), ...ownRuns])
  return readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory() && !named.has(entry.name)).map(({ name }) => name)
}
