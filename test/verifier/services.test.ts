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
