import { once } from 'node:events'
import t from 'tap'
import type { Test } from 'tap'
import { WebSocket } from 'ws'
import { buildLiveApp } from '../../example/recipes/live.js'
import { createTestUserPool } from '../../src/testing/index.js'
import type { TestUserPool } from '../../src/testing/index.js'

async function build (t: Test): Promise<{ readonly pool: TestUserPool, readonly origin: string }> {
  const pool = createTestUserPool()
  const app = await buildLiveApp({ ...pool.options, clockTolerance: 0 })
  t.teardown(() => app.close())
  return { pool, origin: await app.listen({ host: '127.0.0.1', port: 0 }) }
}

/** A token that ends within two seconds: `exp` has whole ones only. */
async function shortToken (pool: TestUserPool, claims: object = {}): Promise<string> {
  return pool.accessToken({ sub: 'somebody', exp: Math.floor(Date.now() / 1_000) + 2, ...claims })
}

t.test('a WebSocket asks for rights below the route, and is closed when its token ends', async (t) => {
  const { pool, origin } = await build(t)
  const open = (token: string): WebSocket => new WebSocket(`${origin.replace('http', 'ws')}/socket`, ['api', token])
  const reader = open(await shortToken(pool))
  t.equal(String((await once(reader, 'message'))[0]), 'hello somebody')
  reader.send('a line')
  t.equal(String((await once(reader, 'message'))[0]), 'refused: Writers only')
  const [code, reason] = await once(reader, 'close') as [number, Buffer]
  t.strictSame([code, reason.toString()], [4401, 'the token has ended'])

  const writer = open(await pool.accessToken({ groups: ['Writers'] }))
  await once(writer, 'message')
  writer.send('a line')
  t.equal(String((await once(writer, 'message'))[0]), 'taken: a line')
  writer.close()
  await once(writer, 'close')
  const [error] = await once(open('x'), 'error') as [Error]
  t.match(error.message, '401')
})

t.test('server-sent events end with the token', async (t) => {
  const { pool, origin } = await build(t)
  const ask = async (token: string): Promise<Response> => fetch(`${origin}/events`, { headers: pool.authorization(token) })
  const answer = await ask(await shortToken(pool))
  t.equal(answer.headers.get('content-type'), 'text/event-stream')
  t.equal(await answer.text(), 'data: hello somebody\n\nevent: expired\ndata:\n\n')
  t.equal((await ask('x')).status, 401)
})
