import t from 'tap'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { askDeclared, askProtection, tellDeclared, tellProtection } from '../../src/routes/route-slots.js'
import type { RouteProtection } from '../../src/routes/route-slots.js'

const protection: RouteProtection = { auth: 'required', requirements: [], source: 'config' }

function route (): RouteOptions {
  return { method: 'GET', url: '/x', handler: async () => 'x' }
}

t.test('a route of which nobody has told anything has no protection, and an application no routes', async (t) => {
  t.equal(askProtection(route()), null)
  t.strictSame(askDeclared({} as FastifyInstance), [])
})

t.test('a route tells its protection, and so does a copy of its options', async (t) => {
  const told = route()
  tellProtection(told, () => protection)
  t.equal(askProtection(told), protection)
  t.equal(askProtection({ ...told }), protection)
})

t.test('of two copies of the package that see one route, the one that covers it has the word', async (t) => {
  for (const [first, second] of [[protection, null], [null, protection]]) {
    const told = route()
    tellProtection(told, () => first ?? null)
    tellProtection(told, () => second ?? null)
    t.equal(askProtection(told), protection)
  }
})

t.test('options that are declared once more elsewhere do not bring the word of the first route along', async (t) => {
  const first = route()
  tellProtection(first, () => protection)
  const second = { ...first }
  tellProtection(second, () => null)
  t.equal(askProtection(second), null)
  t.equal(askProtection(first), protection)
})

t.test('an application tells the routes of a context', async (t) => {
  const app = {} as FastifyInstance
  const all = [route()]
  tellDeclared(app, (scope) => (scope === app ? all : []))
  t.equal(askDeclared(app), all)
})
