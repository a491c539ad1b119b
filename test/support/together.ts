/**
 * Runs many test files in one process: a process of its own costs more than most files do.
 *
 * A file does not see the difference. Its `import t from 'tap'` is given a test of its own (see `tap-of-file.ts`), so
 * what it hooks, intercepts and tears down ends with it, before the next file is imported.
 */
import t from 'tap'
import type { Test } from 'tap'
import { basename } from 'node:path'
import { filesOfGroup } from './test-groups.js'

const tests = new Map<string, Test>()

/** The test of the file with this URL, while files run together. */
export function testOfFile (url: string): Test | undefined {
  return tests.get(url)
}

/**
 * Runs the files of a group one after another, each as a test that is named like its path.
 *
 * @param caller The URL of the module in `test/together` that is named like the group.
 */
export async function runTogether (caller: string): Promise<void> {
  for (const path of filesOfGroup(basename(caller, '.ts'))) {
    await t.test(path, async (test) => {
      // The query tells the module hooks that this file does not run alone.
      const url = new URL(`../../${path}?together`, import.meta.url).href
      tests.set(url, test)
      await import(url)
    })
  }
}
