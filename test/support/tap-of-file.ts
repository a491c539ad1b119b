/** What `import t from 'tap'` is in a test file that shares its process with others: its own test instead of the root. */
import t from 'tap'
import type { Test } from 'tap'
import { testOfFile } from './together.js'

export * from 'tap'

// One instance of this module for each such file: the hooks write the file's URL into the query.
const file = new URL(import.meta.url).searchParams.get('file') ?? ''
const test: Test = testOfFile(file) ?? t

export default test
