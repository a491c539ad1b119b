import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { addService, collectChannel } from '../../src/verifier/services.js'
import type { MeasuredService } from '../../src/verifier/services.js'

const service = (): MeasuredService => ({ usage: () => ({ cachedTokens: 1, waiting: 0 }), standings: () => [] })

function all (): MeasuredService[] {
  const found: MeasuredService[] = []
  collectChannel.publish({ add: (service) => { found.push(service) } })
  return found
}

t.test('a service answers until it is taken away', async (t) => {
  const added = service()
  const remove = addService(added)
  t.ok(all().includes(added))
  remove()
  t.notOk(all().includes(added))
})

t.test('one that nobody holds any more is forgotten', async (t) => {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  const before = all().length
  for (let made = 0; made < 100; made++) addService(service())
  // Weak references are kept until the turn is over.
  for (let turn = 0; turn < 5; turn++) {
    await new Promise((resolve) => setImmediate(resolve))
    collectGarbage()
  }
  t.ok(all().length < before + 100)
})
