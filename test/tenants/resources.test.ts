/** Protected resources beside pools that are found at run time. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import t from 'tap'
import { createLatch } from '../support/latch.js'
import { buildTenants } from '../support/tenants.js'

const resources = ['https://api.example.com/', 'https://api.example.com/tenants']
const options = { resourceMetadata: resources.map((resource) => ({ resource, authorizationServers: ['https://auth.example.com'] })) }

t.test('a token of such a pool that is bound to one resource is refused at another', async (t) => {
  const { add, app, token } = await buildTenants(t, { options, resolve: (known) => (question) => { const answer = known(question); return answer === null ? null : { ...answer, audience: 'resource' } } })
  const pool = add('Acme')
  for (const [index, aud] of resources.entries()) {
    const headers = pool.authorization(await token(pool, { aud }))
    for (const [place, url] of ['/', '/tenants/Acme'].entries()) {
      const answer = await app.inject({ url, headers })
      t.equal(answer.statusCode, place === index ? 200 : 401, `${aud} at ${url}`)
    }
  }
})

t.test('a token is judged by the answer by which it was verified, also where its pool had to go meanwhile, or another answer came', async (t) => {
  for (const how of ['evicted', 'replaced'] as const) {
    const gate = createLatch()
    const slow: string[] = []
    let isBound = true
    const { add, ask, clock, token } = await buildTenants(t, {
      resolver: { maxEntries: 1, maxAge: 10_000 },
      options: {
        ...options,
        mapUser: async (user) => {
          if (!user.sub.startsWith('slow')) return user
          slow.push(user.sub)
          await gate.opened
          return user
        }
      },
      resolve: (known) => (question) => { const answer = known(question); return answer === null || !isBound ? answer : { ...answer, audience: 'resource' } }
    })
    const pool = add('Acme')
    const answers = [ask(await token(pool, { sub: 'slow', aud: resources[0] })), ask(await token(pool, { sub: 'slow too', aud: resources[1] }))]
    while (slow.length < 2) await nextTurn()
    if (how === 'evicted') t.equal((await ask(await token(add('Other'), { aud: resources[0] }))).statusCode, 200)
    else {
      isBound = false
      clock.pass(10_000)
      while ((await ask(await token(pool))).statusCode !== 200) await nextTurn()
    }
    gate.open()
    t.strictSame((await Promise.all(answers)).map(({ statusCode }) => statusCode), [200, 401], how)
  }
})
