// Runs TypeScript in a test process: `--import` of this file registers the hooks beside it.
//
// tap's own plugin loads the compiler in every process, twice, and transpiles every module anew, which took more than
// half of the time of all tests. These hooks blank the types out, which leaves every line and column where it was, so
// that coverage and stack traces need no source map; and they keep what came out for the next process.
import module from 'node:module'
import { load, resolve } from './typescript-hooks.js'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

// The choice of tap's own hooks, beside which these run: synchronous hooks had faults before.
const synchronous = major > 25 || (major === 25 && minor >= 1) || (major === 24 && minor >= 13)

if (synchronous) module.registerHooks({ load, resolve })
else module.register('./typescript-hooks.js', import.meta.url)
