// An operator sets the system clock: keys do not grow older or younger by it.
import t from 'tap'
import type { Test } from 'tap'
import * as scripts from '../support/issuer-scripts.js'
import { createKeyScene, durations } from '../support/key-scene.js'
import type { KeyScene } from '../support/key-scene.js'
import { assertRefused } from '../support/refusals.js'

const hour = 3_600_000

for (const jump of [3 * hour, -3 * hour]) {
  const name = `the system clock jumps by ${jump / hour} hours`

  t.test(`${name}: keys are no older by it, and are fetched again at most once for it`, async (t) => {
    const { scene, token, setClock } = await createJumpingScene(t)
    const { clock, ask, askUnknown, status } = scene
    t.equal((await ask(token)).statusCode, 200)
    clock.pass(durations.refreshAfter - 1)
    setClock(jump)
    t.match(status(), { state: 'fresh', age: durations.refreshAfter - 1 })

    // Forward, it may be a machine that was suspended: its keys may be out of date.
    t.equal((await ask(token)).statusCode, 200)
    t.equal(scene.fetches, jump > 0 ? 2 : 1)
    // Waits for that fetch.
    if (jump > 0) await askUnknown()
    clock.pass(1)
    const before = scene.fetches
    t.equal((await ask(token)).statusCode, 200)
    t.equal(scene.fetches - before, jump > 0 ? 0 : 1, 'and they are due when they would have been')
  })

  t.test(`${name} in an outage: keys are used as long as they would have been`, async (t) => {
    const { scene, token, setClock } = await createJumpingScene(t)
    const { issuer, clock, ask, askUnknown } = scene
    t.equal((await ask(token)).statusCode, 200)
    issuer.play(scripts.reset)
    clock.pass(durations.refreshAfter)
    await askUnknown()
    setClock(jump)

    clock.pass(durations.cooldown - 1)
    await askUnknown()
    t.equal(scene.fetches, 2, 'the cooldown is no shorter')
    clock.pass(1)
    await askUnknown()
    t.equal(scene.fetches, 3, 'and no longer')
    clock.pass(durations.maxStale - durations.refreshAfter - durations.cooldown - 1)
    t.equal((await ask(token)).statusCode, 200)
    await askUnknown()
    clock.pass(1)
    assertRefused(t, await ask(token), 'FST_COGNITO_UNAVAILABLE')
  })
}

/** A scene with a token that is valid before and after the jump; `setClock` sets all system clocks, also the one jose reads. */
async function createJumpingScene (t: Test): Promise<{ scene: KeyScene, token: string, setClock: (jump: number) => void }> {
  const scene = await createKeyScene(t)
  const now = Math.floor(Date.now() / 1000)
  const token = await scene.pool.accessToken({ iat: now - 5 * 3600, exp: now + 5 * 3600 })
  const readClock = Date.now
  t.teardown(() => { Date.now = readClock })
  return {
    scene,
    token,
    setClock: (jump) => {
      scene.clock.adjust(jump)
      Date.now = () => readClock() + jump
    }
  }
}
