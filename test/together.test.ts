// Test files share processes; none may be left out by that, and none may see another.
import { readdirSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import type { Test } from 'tap'
import { filesOfGroup, groupNames, groups } from './support/test-groups.js'

const root = fileURLToPath(new URL('../', import.meta.url))

function filesUnder (folder: string, ending: string): string[] {
  return readdirSync(`${root}${folder}`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(root, `${entry.parentPath}/${entry.name}`))
}

t.test('every test file runs once: in one group, in a process of its own, or in a run of its own', async (t) => {
  const ran = groupNames.flatMap(filesOfGroup)
  const all = filesUnder('test', '.test.ts').filter((path) => !/^test\/(?:e2e|consumers|browser)\/|\.alone\.test\.ts$/.test(path))
  t.ok(all.length > 150)
  t.strictSame(ran.toSorted(), all.toSorted())
})

t.test('every group has the file that runs it, and no file is without a group', async (t) => {
  t.strictSame(filesUnder('test/together', '.ts').map((path) => path.slice('test/together/'.length, -'.ts'.length)).toSorted(), groupNames.toSorted())
})

t.test('a group names folders that exist, and none that another names', async (t) => {
  const named = Object.values(groups).flat()
  t.strictSame([...new Set(named)], named)
  for (const folder of named) t.ok(readdirSync(new URL(folder, import.meta.url)).some((file) => file.endsWith('.test.ts')), folder)
})

t.test('what a file hooks ends with it: its root is its own test wherever it shares a process', async (t) => {
  const root: Test = t.parent as Test
  const isShared = import.meta.url.endsWith('?together')
  t.equal(root.name === 'test/together.test.ts', isShared)
  t.equal(root.parent === undefined, !isShared)
})
