/** Protected resources beside pools that are found at run time. */
import t from 'tap'
import { createLatch } from '../support/latch.js'
import { assertRefused } from '../support/refusals.js'
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

t.test('where its pool had to go meanwhile, nobody can say which resource a token is for', async (t) => {
  const gate = createLatch()
  const reached = createLatch()
  const { add, ask, token } = await buildTenants(t, {
    resolver: { maxEntries: 1 },
    options: {
      ...options,
      mapUser: async (user) => {
        if (user.sub !== 'slow') return user
        reached.open()
        await gate.opened
        return user
      }
    },
    resolve: (known) => (question) => { const answer = known(question); return answer === null ? null : { ...answer, audience: 'resource' } }
  })
  const pool = add('Acme')
  const slow = ask(await token(pool, { sub: 'slow', aud: resources[0] }))
  await reached.opened
  t.equal((await ask(await token(add('Other'), { aud: resources[0] }))).statusCode, 200)
  gate.open()
  assertRefused(t, await slow, 'FST_COGNITO_UNAVAILABLE')
  t.equal((await ask(await token(pool, { aud: resources[0] }))).statusCode, 200, 'and then it is found again')
})
