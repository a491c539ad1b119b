import t from 'tap'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { rootOf } from '../../src/routes/cover.js'
import { copyOnce } from '../../src/routes/own-values.js'
import { createRecord, guard } from '../../src/routes/route-record.js'
import { gateOf } from '../../src/routes/route-gate.js'

type OnRoute = (this: unknown, options: RouteOptions) => void

/** An application that was made before this package was imported: nothing has announced it. */
function olderInstance (): { root: FastifyInstance, onRoute: OnRoute[] } {
  const onRoute: OnRoute[] = []
  const root = {
    addHook: (name: string, hook: OnRoute) => { if (name === 'onRoute') onRoute.push(hook) },
    setNotFoundHandler: () => {}
  }
  // As much of an instance as the gate looks at before a route comes.
  return { root: root as unknown as FastifyInstance, onRoute }
}

t.test('a route of an older instance that is announced to two contexts is taken in charge once', async (t) => {
  const { root, onRoute } = olderInstance()
  const child = Object.create(root) as FastifyInstance
  const grandchild = Object.create(child) as FastifyInstance
  t.equal(rootOf(grandchild), root)
  const gate = gateOf(grandchild)
  t.equal(onRoute.length, 2)
  const options: RouteOptions = { method: 'GET', url: '/x', handler: async () => 'in' }
  for (const hook of onRoute) hook.call(grandchild, options)
  t.equal(gate.records.length, 1)
})

t.test('what is no handler is left for Fastify to refuse', async (t) => {
  const { root } = olderInstance()
  const options: RouteOptions = { method: 'GET', url: '/x', handler: async () => 'in' }
  t.equal(guard(createRecord(options, root), undefined, () => {}), undefined)
})

t.test('a rule nested deeper than any is copied to where a rule can reach', async (t) => {
  let value: unknown = 'deepest'
  for (let level = 0; level < 20; level++) value = [value]
  t.notMatch(JSON.stringify(copyOnce(value)), 'deepest')
})
