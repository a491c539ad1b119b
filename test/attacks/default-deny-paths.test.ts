/** Default-deny tells nobody which addresses exist (row 60), long ones too where the application says so. */
import { request } from 'node:http'
import t from 'tap'
import Fastify from 'fastify'
import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import type { Test } from 'tap'
import cognitoAuth from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'

const pool = createTestUserPool()

async function build (t: Test, server: FastifyServerOptions = {}): Promise<FastifyInstance> {
  const app = Fastify(server)
  t.teardown(() => app.close())
  await app.register(cognitoAuth, { ...pool.options, defaultAuth: 'required' })
  for (const url of ['/users/:id', '/orders/:id(^\\d+$)', '/pairs/:one-:two', '/users/:id/orders/:order']) app.get(url, async () => 'in')
  return app
}

/** Addresses that a route matches, and as long ones that none does. */
function pairsOf (length: number): ReadonlyArray<readonly [existing: string, missing: string]> {
  const long = '7'.repeat(length)
  return [
    [`/users/${long}`, `/nobody/${long}`],
    [`/orders/${long}`, `/nobody's/${long}`],
    [`/pairs/${long}-${long}`, `/nones/${long}-${long}`],
    [`/users/1/orders/${long}`, `/users/1/nothing/${long}`],
    [`/users/${'%41'.repeat(length)}`, `/nobody/${'%41'.repeat(length)}`]
  ]
}

/** All that a caller without a token learns of an address. */
async function answerTo (app: FastifyInstance, url: string): Promise<unknown> {
  const { statusCode, body, headers } = await app.inject(url)
  return { statusCode, body, headers: { ...headers, date: undefined } }
}

const longest = 16_384

t.test('an existing and a missing address answer alike, up to the length of a parameter that Fastify takes', async (t) => {
  const app = await build(t)
  for (const [existing, missing] of [...pairsOf(1), ...pairsOf(40)]) {
    t.match(await answerTo(app, existing), { statusCode: 401 }, existing)
    t.strictSame(await answerTo(app, existing), await answerTo(app, missing))
  }
})

t.test('with maxParamLength as the page on guards says, they answer alike at any length', async (t) => {
  const app = await build(t, { routerOptions: { maxParamLength: longest } })
  for (const length of [101, 1_000, 8_000]) {
    for (const [existing, missing] of pairsOf(length)) {
      t.match(await answerTo(app, existing), { statusCode: 401 }, `${length}`)
      t.strictSame(await answerTo(app, existing), await answerTo(app, missing))
    }
  }
})

t.test('and what is longer still Node.js refuses before any route is looked for', async (t) => {
  const app = await build(t, { routerOptions: { maxParamLength: longest } })
  const { port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }))
  const statusOf = (path: string): Promise<number | undefined> => new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, agent: false }, (response) => resolve(response.resume().statusCode)).on('error', reject).end()
  })
  for (const path of [`/users/${'7'.repeat(longest + 1)}`, `/nobody/${'7'.repeat(longest + 1)}`]) t.equal(await statusOf(path), 431)
})

t.test('without it the difference is the one that the page names: 414 for a parameter of 101 characters', async (t) => {
  const app = await build(t)
  t.match(await answerTo(app, `/users/${'7'.repeat(101)}`), { statusCode: 414 })
  t.match(await answerTo(app, `/nobody/${'7'.repeat(101)}`), { statusCode: 401 })
})
