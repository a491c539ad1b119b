import t from 'tap'
import { createRevocationList, redisStore } from '../../src/revocation/index.js'
import { readRevocationListOptions } from '../../src/revocation/settings.js'
import type { RevocationListOptions } from '../../src/revocation/index.js'

const store = redisStore(async () => null)

t.test('the defaults, and the bounds of each option', async (t) => {
  const settings = readRevocationListOptions({ store })
  t.strictSame(settings, { store, pollInterval: 2_000, maxStale: 30_000, onStale: 'refuse', timeout: 1_000, maxEntries: 1_000_000 })
  t.ok(Object.isFrozen(settings))
  const least = { store, pollInterval: 1, maxStale: 2, onStale: 'accept', timeout: 1, maxEntries: 1 } as const
  t.strictSame(readRevocationListOptions(least), least)
})

t.test('a bad option stops the start, with its name', async (t) => {
  const bad: ReadonlyArray<readonly [options: object, path: string]> = [
    [{}, 'store'], [{ store: null }, 'store'], [{ store: { append: store.append } }, 'store'], [{ store: { readAfter: store.readAfter } }, 'store'], [{ store: 'redis://127.0.0.1' }, 'store'],
    [{ store, pollInterval: 0 }, 'pollInterval'], [{ store, pollInterval: '2s' }, 'pollInterval'], [{ store, pollInterval: 1.5 }, 'pollInterval'],
    [{ store, pollInterval: 30_000 }, 'pollInterval'], [{ store, pollInterval: 500, maxStale: 500 }, 'pollInterval'], [{ store, maxStale: 1 }, 'maxStale'], [{ store, maxStale: Infinity }, 'maxStale'],
    [{ store, onStale: 'allow' }, 'onStale'], [{ store, onStale: null }, 'onStale'], [{ store, timeout: 0 }, 'timeout'], [{ store, timeout: 60_001 }, 'timeout'],
    [{ store, maxEntries: 0 }, 'maxEntries'], [{ store, maxEntries: 10_000_001 }, 'maxEntries'], [{ store, pollinterval: 1 }, 'pollinterval'], [{ store, maxStale: undefined }, 'maxStale']
  ]
  for (const [options, path] of bad) {
    t.throws(() => createRevocationList(options as RevocationListOptions), { code: 'FST_COGNITO_OPTIONS_INVALID', message: new RegExp(`option "${path}" is invalid`) })
  }
  t.throws(() => createRevocationList(undefined as never), { code: 'FST_COGNITO_OPTIONS_INVALID', message: /option "options" is invalid: expected an object/ })
})
