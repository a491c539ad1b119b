import t from 'tap'
import { createStatusWatch } from '../../src/revocation/status-watch.js'
import type { RevocationStanding } from '../../src/options/revocation-checks.js'

t.test('a change is told once, to all who watch at that time; a listener that throws stops nobody', async (t) => {
  let status: RevocationStanding = { state: 'empty', age: null, entries: 0, lastError: null }
  const told: string[] = []
  const watch = createStatusWatch(() => status)
  watch.add(() => { throw new Error('the logger is broken') })
  const end = watch.add(({ state, lastError }) => { told.push(`${state} ${String(lastError?.message)}`) })
  watch.look()
  t.strictSame(told, [], 'nothing has changed')
  for (const age of [0, 10]) {
    status = { ...status, state: 'fresh', age, entries: age }
    watch.look()
  }
  for (const message of ['down', 'down', 'slow']) {
    status = { ...status, lastError: new Error(message) }
    watch.look()
  }
  end()
  status = { ...status, state: 'stale' }
  watch.look()
  t.strictSame(told, ['fresh undefined', 'fresh down', 'fresh slow'])
})
