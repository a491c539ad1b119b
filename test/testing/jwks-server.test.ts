import t from 'tap'
import { listen } from '../../src/testing/jwks-server.js'

t.test('an answer that cannot be made drops the connection, and the server goes on', async (t) => {
  let isBroken = true
  const server = await listen('us-east-1_A', async () => {
    if (isBroken) throw new Error('no keys')
    return '{}'
  })
  t.teardown(() => server.close())
  await t.rejects(fetch(server.jwksUri), { message: 'fetch failed' })
  isBroken = false
  t.equal(await (await fetch(server.jwksUri)).text(), '{}')
})

t.test('closing ends connections that are kept alive', async (t) => {
  const server = await listen('us-east-1_A', async () => '{}')
  await (await fetch(server.jwksUri)).text()
  await server.close()
  await t.rejects(fetch(server.jwksUri), { message: 'fetch failed' })
})
