import t from 'tap'
import { watchParent } from '../../example/parent.js'

interface Scene {
  /** Looks once, as the timer does. */
  look (): void
  readonly calls: string[]
}

function watch (env: Record<string, string>, process: { ppid: number }): Scene {
  const calls: string[] = []
  const looks: Array<() => void> = []
  watchParent({ env, get ppid () { return process.ppid } }, () => { calls.push('gone') }, (look) => {
    looks.push(look)
    return () => { calls.push('ended') }
  })
  return { calls, look: () => { for (const look of looks) look() } }
}

t.test('a script of npm is told once that its parent has gone', async (t) => {
  const process = { ppid: 7 }
  const { calls, look } = watch({ npm_lifecycle_event: 'start' }, process)
  look()
  t.strictSame(calls, [], 'not while it is there')
  process.ppid = 1
  look()
  t.strictSame(calls, ['ended', 'gone'])
})

t.test('any other process may outlive its parent', async (t) => {
  const process = { ppid: 7 }
  const { calls, look } = watch({}, process)
  process.ppid = 1
  look()
  t.strictSame(calls, [])
})

t.test('looking keeps no process alive', async (t) => {
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  const before = timers()
  watchParent({ env: { npm_lifecycle_event: 'start' }, ppid: 7 }, () => {})
  t.equal(timers(), before)
})
