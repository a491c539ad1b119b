/** How long a pool counts: answers that age, room that ends, tenants that leave. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import t from 'tap'
import type { ResolvedUserPool } from '../../src/index.js'
import { mostWaitingForAnswers, questionInterval, questionsAtOnce, retryAfter, staleRetryAfter } from '../../src/tenants/tenants.js'
import { createLatch } from '../support/latch.js'
import { assertRefused } from '../support/refusals.js'
import { buildTenants } from '../support/tenants.js'

/** Lets what runs in the background come to its end. */
async function settle (): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await nextTurn()
}

t.test('an answer that is older than maxAge is asked for again in the background, for remembered tokens too', async (t) => {
  const { add, ask, asked, clock, token } = await buildTenants(t, { resolver: { maxAge: 10_000 } })
  const pool = add('Acme')
  const remembered = await token(pool)
  t.equal((await ask(remembered)).statusCode, 200)
  clock.pass(9_999)
  t.equal((await ask(remembered)).statusCode, 200)
  t.equal(asked.length, 1)
  clock.pass(1)
  t.equal((await ask(remembered)).statusCode, 200)
  await settle()
  t.equal(asked.length, 2)
  t.equal((await ask(remembered)).statusCode, 200)
  await settle()
  t.equal(asked.length, 2, 'the answer was the same and counts anew')
})

t.test('an answer that has changed takes the place of the old one', async (t) => {
  let clientId = 'clientAcme'
  const { add, ask, clock, token } = await buildTenants(t, { resolver: { maxAge: 10_000 }, resolve: (known) => (question) => ({ ...known(question) as ResolvedUserPool, clientId }) })
  const pool = add('Acme')
  const remembered = await token(pool)
  t.equal((await ask(remembered)).statusCode, 200)
  clientId = 'another'
  clock.pass(10_000)
  t.equal((await ask(remembered)).statusCode, 200, 'while it is asked for')
  await settle()
  assertRefused(t, await ask(remembered), 'FST_COGNITO_TOKEN_INVALID')
  t.equal((await ask(await token(pool, { client_id: 'another' }))).statusCode, 200)
})

t.test('an answer that was replaced takes no room', async (t) => {
  const audience = ['clientAcme']
  const { add, ask, asked, clock, token } = await buildTenants(t, {
    resolver: { maxAge: 10_000, maxEntries: 2 },
    resolve: (known) => (question) => ({ ...known(question) as ResolvedUserPool, clientId: question.userPoolId === 'us-east-1_Acme' ? [...audience] : 'clientOther' })
  })
  const remembered = await token(add('Acme'))
  await ask(remembered)
  audience.push('another')
  clock.pass(10_000)
  await ask(remembered)
  await settle()
  t.equal((await ask(add('Other'))).statusCode, 200)
  t.equal((await ask(remembered)).statusCode, 200)
  t.strictSame(asked.map(({ userPoolId }) => userPoolId.slice('us-east-1_'.length)), ['Acme', 'Acme', 'Other'])
})

t.test('an answer that has no form as JSON counts as another one each time', async (t) => {
  let answered = 0
  const circular = (): object => {
    const tenant: Record<string, unknown> = { answered: ++answered }
    return Object.assign(tenant, { self: tenant })
  }
  const { add, ask, clock, token, asked } = await buildTenants(t, {
    resolver: { maxAge: 10_000 },
    options: { mapUser: ({ tenant }) => ({ answered: (tenant as { answered: number }).answered }) as never },
    resolve: (known) => (question) => ({ ...known(question), tenant: circular() } as unknown as ResolvedUserPool)
  })
  const remembered = await token(add('Acme'))
  for (let round = 1; round <= 3; round++) {
    t.equal((await ask(remembered)).statusCode, 200)
    await settle()
    t.strictSame(JSON.parse((await ask(remembered)).body), { answered: round })
    clock.pass(10_000)
  }
  t.equal(asked.length, 3)
})

t.test('while the function fails, an answer counts up to maxStale, and is asked for every few seconds', async (t) => {
  let isDown = false
  const { add, ask, asked, clock, token, log } = await buildTenants(t, {
    resolver: { maxAge: 10_000, maxStale: 60_000 },
    resolve: (known) => (question) => {
      if (isDown) throw new Error('down')
      return known(question)
    }
  })
  const pool = add('Acme')
  const remembered = await token(pool)
  await ask(remembered)
  isDown = true
  clock.pass(10_000)
  for (let sent = 0; sent < 5; sent++) {
    t.equal((await ask(remembered)).statusCode, 200)
    await settle()
  }
  t.equal(asked.length, 2, 'not by every request')
  t.match(log.where('msg', 'user pool could not be resolved again'), [{ level: 40, userPoolId: pool.userPoolId, err: { message: 'down' } }])
  clock.pass(retryAfter)
  t.equal((await ask(remembered)).statusCode, 200)
  await settle()
  t.equal(asked.length, 3)
  clock.pass(45_000)
  assertRefused(t, await ask(remembered), 'FST_COGNITO_UNAVAILABLE')
  assertRefused(t, await ask(await token(pool)), 'FST_COGNITO_UNAVAILABLE')
  isDown = false
  clock.pass(staleRetryAfter)
  t.equal((await ask(remembered)).statusCode, 200)
})

t.test('a pool whose answer counts no more is asked for once a second, whatever tokens come', async (t) => {
  let isDown = false
  const { add, ask, asked, clock, token, log, reason } = await buildTenants(t, {
    resolver: { maxAge: 10_000, maxStale: 60_000 },
    resolve: (known) => (question) => {
      if (isDown) throw new Error('down')
      return known(question)
    }
  })
  const pool = add('Acme')
  await ask(pool)
  isDown = true
  clock.pass(60_000)
  const [header = '', payload = ''] = (await token(pool)).split('.')
  const forged = (index: number): string => `${header}.${payload}.${Buffer.from(String(index).padStart(256)).toString('base64url')}`
  for (let index = 0; index < 100; index++) {
    const answer = await ask(forged(index))
    assertRefused(t, answer, 'FST_COGNITO_UNAVAILABLE')
    if (index > 0) t.equal(answer.headers['retry-after'], '1')
  }
  t.equal(reason(), 'resolve_pool')
  t.equal(asked.length, 2)
  t.equal(log.where('msg', 'user pool could not be resolved again').length, 1)
  clock.pass(staleRetryAfter - 1)
  await ask(forged(100))
  t.equal(asked.length, 2)
  clock.pass(1)
  await ask(forged(101))
  t.equal(asked.length, 3)
  isDown = false
  clock.pass(staleRetryAfter)
  t.equal((await ask(pool)).statusCode, 200)
})

t.test('a pool that is no more is refused once that is known', async (t) => {
  const { add, ask, clock, token, pools, reason } = await buildTenants(t, { resolver: { maxAge: 10_000 } })
  const pool = add('Acme')
  const remembered = await token(pool)
  await ask(remembered)
  pools.delete(pool.userPoolId)
  clock.pass(10_000)
  t.equal((await ask(remembered)).statusCode, 200, 'while it is asked for')
  await settle()
  assertRefused(t, await ask(remembered), 'FST_COGNITO_TOKEN_INVALID')
  t.equal(reason(), 'issuer')
})

t.test('forget: from that moment on nothing of the pool is accepted, until it is asked for again', async (t) => {
  const { app, add, ask, asked, token, pools, reason } = await buildTenants(t)
  const [acme, other] = [add('Acme'), add('Other')]
  const remembered = await token(acme)
  await ask(remembered)
  await ask(other)
  t.equal(app.cognitoAuth.forget('us-east-1_Nobody'), false)
  pools.delete(acme.userPoolId)
  t.equal(app.cognitoAuth.forget(acme.userPoolId), true)
  t.equal(app.cognitoAuth.forget(acme.userPoolId), false)
  assertRefused(t, await ask(remembered), 'FST_COGNITO_TOKEN_INVALID')
  t.equal(reason(), 'issuer')
  t.equal((await ask(other)).statusCode, 200)
  t.strictSame(asked.map(({ userPoolId }) => userPoolId), [acme.userPoolId, other.userPoolId, acme.userPoolId])
})

t.test('forget refuses a token that is being verified: by mapUser, by isRevoked, for its keys, for the answer', async (t) => {
  for (const at of ['mapUser', 'isRevoked', 'keys', 'resolve'] as const) {
    const gate = createLatch()
    const reached = createLatch()
    const wait = async (here: string): Promise<void> => {
      if (here !== at) return
      reached.open()
      await gate.opened
    }
    const { app, add, ask, token, pools } = await buildTenants(t, {
      options: {
        mapUser: async (user) => {
          await wait('mapUser')
          return user
        },
        isRevoked: async () => {
          await wait('isRevoked')
          return false
        },
        keys: {
          fetch: async (input, init) => {
            await wait('keys')
            const pool = [...pools.values()].find(({ issuer }) => String(input).startsWith(`${issuer}/`))
            return pool === undefined ? new Response(null, { status: 404 }) : pool.options.keys.fetch(input, init)
          }
        }
      },
      resolve: (known) => async (question) => {
        await wait('resolve')
        return known(question)
      }
    })
    const pool = add('Acme')
    const answer = ask(await token(pool))
    await reached.opened
    t.equal(app.cognitoAuth.forget(pool.userPoolId), at !== 'resolve', at)
    gate.open()
    assertRefused(t, await answer, 'FST_COGNITO_TOKEN_INVALID')
    t.equal((await ask(await token(pool))).statusCode, 200, 'and asks anew, since the application still knows it')
  }
})

t.test('forget refuses a token that is being verified by an answer that has been replaced, or whose pool had to go', async (t) => {
  for (const how of ['replaced', 'evicted'] as const) {
    const gate = createLatch()
    const reached = createLatch()
    let audience = ['clientAcme']
    const { app, add, ask, clock, token, pools, reason } = await buildTenants(t, {
      resolver: { maxAge: 10_000, maxEntries: how === 'evicted' ? 1 : 10 },
      options: {
        mapUser: async (user) => {
          if (user.sub === 'left' || user.sub === 'stays') {
            reached.open()
            await gate.opened
          }
          return user
        }
      },
      resolve: (known) => (question) => {
        const answer = known(question)
        return answer === null || question.userPoolId !== 'us-east-1_Acme' ? answer : { ...answer, clientId: audience }
      }
    })
    const [pool, other, third] = [add('Acme'), add('Other'), add('Third')]
    const answer = ask(await token(pool, { sub: 'left' }))
    await reached.opened
    if (how === 'evicted') {
      const stays = ask(await token(other, { sub: 'stays' }))
      t.equal((await ask(third)).statusCode, 200)
      t.equal(app.cognitoAuth.forget(pool.userPoolId), false, 'no longer loaded')
      gate.open()
      t.equal((await stays).statusCode, 200, 'a pool that had to go as well, and that nobody has forgotten')
    } else {
      audience = ['clientAcme', 'another']
      clock.pass(10_000)
      await ask(await token(pool))
      await settle()
      pools.delete(pool.userPoolId)
      t.equal(app.cognitoAuth.forget(pool.userPoolId), true)
      gate.open()
    }
    assertRefused(t, await answer, 'FST_COGNITO_TOKEN_INVALID')
    t.equal(reason(), 'issuer', how)
  }
})

t.test('closing the application ends the fetch of a pool that had to go', async (t) => {
  const hung: AbortSignal[] = []
  const reached = createLatch()
  const { app, add, ask, reason } = await buildTenants(t, {
    resolver: { maxEntries: 1 },
    options: {
      keys: {
        fetch: (_input, init) => new Promise((_resolve, reject) => {
          if (!init?.signal) return
          const { signal } = init
          hung.push(signal)
          signal.addEventListener('abort', () => reject(signal.reason as Error))
          reached.open()
        })
      }
    }
  })
  const first = ask(add('Acme'))
  await reached.opened
  const second = ask(add('Other'))
  while (hung.length < 2) await nextTurn()
  t.strictSame(hung.map(({ aborted }) => aborted), [false, false], 'what is being verified goes on')
  await app.close()
  t.strictSame(hung.map(({ aborted }) => aborted), [true, true])
  for (const answer of [first, second]) assertRefused(t, await answer, 'FST_COGNITO_UNAVAILABLE')
  t.equal(reason(), 'closed')
})

t.test('forget refuses a pool under every form of its issuer', async (t) => {
  const { app, add, ask, token } = await buildTenants(t, {
    resolver: { issuerForms: ['http://localhost:9229/{userPoolId}'] },
    resolve: (known) => (question) => {
      const answer = known(question)
      return answer === null || question.issuer.startsWith('https:') ? answer : { ...answer, issuer: question.issuer, jwksUri: `https://cognito-idp.us-east-1.amazonaws.com/${question.userPoolId}/.well-known/jwks.json` }
    }
  })
  const pool = add('Acme')
  const tokens = [await token(pool), await token(pool, { iss: `http://localhost:9229/${pool.userPoolId}` })]
  for (const one of tokens) t.equal((await ask(one)).statusCode, 200)
  t.equal(app.cognitoAuth.status().length, 3, 'two issuers of Cognito and one of the emulator')
  t.equal(app.cognitoAuth.forget(pool.userPoolId), true)
  t.strictSame(app.cognitoAuth.status(), [])
})

t.test('forget does nothing to pools of the options', async (t) => {
  const { add, token, pools } = await buildTenants(t)
  t.ok(pools)
  const pool = add('Acme')
  const { buildApp } = await import('../support/app.js')
  const app = await buildApp(t, { options: pool.options, routes: (app) => app.get('/', { config: { auth: 'required' } }, async () => 'in') })
  t.equal(app.cognitoAuth.forget(pool.userPoolId), false)
  t.equal((await app.inject({ url: '/', headers: pool.authorization(await token(pool)) })).statusCode, 200)
})

t.test('beyond maxEntries the pool that was used longest ago goes, with its keys and its remembered tokens', async (t) => {
  const { app, add, ask, asked, clock, token, fetched } = await buildTenants(t, { resolver: { maxEntries: 2 } })
  const [first, second, third] = [add('First'), add('Second'), add('Third')]
  const loaded = (): string[] => [...new Set(app.cognitoAuth.status().map(({ userPoolId }) => userPoolId.slice('us-east-1_'.length)))]
  const remembered = await token(first)
  await ask(remembered)
  clock.pass(1)
  const other = await token(second)
  await ask(other)
  clock.pass(1)
  await ask(remembered)
  clock.pass(1)
  t.strictSame(loaded(), ['First', 'Second'])
  await ask(third)
  t.strictSame(loaded(), ['First', 'Third'], 'a remembered token counts as use')
  t.equal((await ask(remembered)).statusCode, 200)
  t.equal(asked.length, 3)
  const fetches = fetched.filter((address) => address.includes('Second')).length
  t.equal((await ask(other)).statusCode, 200)
  t.equal(asked.length, 4)
  t.ok(fetched.filter((address) => address.includes('Second')).length > fetches, 'its keys are fetched anew')
})

t.test('pools that take each other\'s place under load refuse nobody', async (t) => {
  const { add, ask, clock, token } = await buildTenants(t, { resolver: { maxEntries: 2 } })
  const pools = Array.from({ length: 6 }, (_, index) => add(`P${index}`))
  for (let round = 0; round < 8; round++) {
    const tokens = await Promise.all(pools.flatMap((pool) => [token(pool), token(pool, { sub: `${round}` })]))
    const answers = await Promise.all(tokens.map((one) => ask(one)))
    t.strictSame([...new Set(answers.map(({ statusCode }) => statusCode))], [200])
    clock.pass(1_000)
  }
})

t.test('made-up issuers cost so many questions and no more, and keep no known pool out', async (t) => {
  const { add, ask, asked, clock, token, reason } = await buildTenants(t, { resolver: { maxEntries: 10, maxAge: 10_000 } })
  const pool = add('Acme')
  const remembered = await token(pool)
  await ask(remembered)
  const iss = (index: number): string => `https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Made${index}`
  const statuses = new Map<number, number>()
  for (let index = 0; index < 300; index++) {
    const { statusCode } = await ask(await token(pool, { iss: iss(index) }))
    statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1)
  }
  t.strictSame([...statuses], [[401, questionsAtOnce - 1], [503, 300 - questionsAtOnce + 1]])
  t.equal(reason(), 'resolve_pool')
  t.equal(asked.length, questionsAtOnce)
  clock.pass(questionInterval)
  await ask(await token(pool, { iss: iss(1_000) }))
  t.equal(asked.length, questionsAtOnce + 1)
  t.equal((await ask(remembered)).statusCode, 200)
  clock.pass(10_000)
  t.equal((await ask(remembered)).statusCode, 200)
  await settle()
  t.equal(asked.at(-1)?.userPoolId, pool.userPoolId, 'a known pool is asked for whatever strangers do')
})

t.test('so many wait for answers and no more', async (t) => {
  const gate = createLatch()
  const { app, add, token } = await buildTenants(t, {
    resolve: (known) => async (question) => {
      await gate.opened
      return known(question)
    }
  })
  const pool = add('Acme')
  const good = await token(pool)
  const [header = '', payload = ''] = good.split('.')
  const forged = (index: number): string => `${header}.${payload}.${Buffer.from(String(index).padStart(48)).toString('base64url')}`
  const waiting = Array.from({ length: mostWaitingForAnswers }, async (_, index) => app.cognitoAuth.verify(forged(index)).catch((error: unknown) => error))
  t.match(await app.cognitoAuth.verify(forged(mostWaitingForAnswers)).catch((error: unknown) => error), { code: 'FST_COGNITO_UNAVAILABLE', reason: 'waiting' })
  gate.open()
  t.equal(new Set((await Promise.all(waiting)).map((error) => (error as { reason: string }).reason)).size, 1)
  t.ok(await app.cognitoAuth.verify(good))
})

t.test('a close ends the question that is under way', async (t) => {
  const gate = createLatch()
  const signals: AbortSignal[] = []
  const { app, add, ask } = await buildTenants(t, {
    resolve: (known) => async (question, { signal }) => {
      signals.push(signal)
      await gate.opened
      return known(question)
    }
  })
  const pool = add('Acme')
  const answer = ask(pool)
  while (signals.length === 0) await nextTurn()
  const closed = app.close()
  assertRefused(t, await answer, 'FST_COGNITO_UNAVAILABLE')
  t.equal(signals[0]?.aborted, true)
  gate.open()
  await closed
  t.match(await app.cognitoAuth.verify(await pool.accessToken()).catch((error: unknown) => error), { reason: 'resolve_pool' })
})

t.test('a question that was answered is over: nothing ends it later', async (t) => {
  const signals: AbortSignal[] = []
  const { app, add, ask } = await buildTenants(t, {
    resolve: (known) => (question, { signal }) => {
      signals.push(signal)
      return known(question)
    }
  })
  t.equal((await ask(add('Acme'))).statusCode, 200)
  await app.close()
  t.strictSame(signals.map(({ aborted }) => aborted), [false])
})

t.test('a pool whose keys come without TLS is warned of when it is resolved', async (t) => {
  const { add, ask, log, token } = await buildTenants(t, {
    resolver: { issuerForms: ['http://emulator:9229/{userPoolId}'] },
    resolve: () => ({ userPoolId, issuer }) => ({ userPoolId, clientId: 'c', issuer, jwksUri: 'http://emulator:9229/keys', allowInsecure: true })
  })
  await ask(await token(add('Acme'), { iss: 'http://emulator:9229/local_Dev', client_id: 'c' }))
  t.match(log.lines().find(({ msg }) => String(msg).startsWith('allowInsecure')), { level: 40, userPoolId: 'local_Dev' })
  t.match(log.where('msg', 'user pool resolved'), [{ level: 30, userPoolId: 'local_Dev', clientIds: ['c'] }])
})
