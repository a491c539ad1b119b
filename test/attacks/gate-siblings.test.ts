/** Registrations in sibling contexts: what one has found of a request is nothing to the other (rows 48 and 52). */
import t from 'tap'
import Fastify from 'fastify'
import type { FastifyInstance, onRequestHookHandler } from 'fastify'
import type { Test } from 'tap'
import cognitoAuth, { authenticate, authorize, optionalAuth } from '../../src/index.js'
import type { RouteAuthConfig } from '../../src/index.js'
import { createRevocationList } from '../../src/revocation/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { createLatch } from '../support/latch.js'

const [ours, theirs] = [createTestUserPool(), createTestUserPool({ userPoolId: 'us-east-1_SIBLING01', clientId: '2sibling23456789' })]
const claims = { groups: ['Admins'] }

/** A context of our pool whose route gives its requests on, and one of their pool with the 404 handler of the whole. */
async function build (t: Test, route: object, notFound: object): Promise<FastifyInstance> {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(async (child) => {
    await child.register(cognitoAuth, ours.options)
    child.get('/given-on', route, (_request, reply) => { reply.callNotFound() })
  })
  await app.register(async (child) => {
    await child.register(cognitoAuth, theirs.options)
    child.setNotFoundHandler(notFound, async (request, reply) => reply.code(200).send({ pool: request.user?.userPoolId ?? 'nobody' }))
  })
  return app
}

async function answersOf (app: FastifyInstance, url: string): Promise<unknown[]> {
  const callers = [{}, ours.authorization(await ours.accessToken(claims)), theirs.authorization(await theirs.accessToken(claims))]
  const answers: unknown[] = []
  for (const headers of callers) {
    const answer = await app.inject({ url, headers })
    answers.push(answer.statusCode === 200 ? answer.json() : answer.statusCode)
  }
  return answers
}

const their = { pool: theirs.userPoolId }
const nobody = { pool: 'nobody' }

const rulesOf404: ReadonlyArray<[what: string, notFound: object, expected: unknown[]]> = [
  ['required', { config: { auth: 'required' } }, [401, 401, their]],
  ['a requirement', { config: { auth: claims } }, [401, 401, their]],
  ['optional', { config: { auth: 'optional' } }, [nobody, 401, their]],
  ['public', { config: { auth: 'public' } }, [nobody, nobody, nobody]],
  ['an imported hook', { preHandler: authenticate }, [401, 401, their]],
  ['an optional hook', { preValidation: [optionalAuth] }, [nobody, 401, their]],
  ['a hook with a requirement', { preHandler: [authorize(claims)] }, [401, 401, their]]
]

for (const [what, notFound, expected] of rulesOf404) {
  t.test(`a request that a route of one pool gives on is judged by the pool of the 404 handler: ${what}`, async (t) => {
    const open = await build(t, { config: { auth: 'public' } }, notFound)
    t.strictSame(await answersOf(open, '/nowhere'), expected, 'met')
    t.strictSame(await answersOf(open, '/given-on'), expected, 'called by a public route')
    // The route lets our users in alone, and theirs are never the handler's.
    const guarded = await build(t, { config: { auth: 'required' } }, notFound)
    t.strictSame(await answersOf(guarded, '/given-on'), [401, expected[1], 401], 'called by a guarded route')
  })
}

/** What keeps our judgement waiting until the latch opens. */
const waits: Readonly<Record<string, (opened: Promise<void>) => { options: object, auth: RouteAuthConfig }>> = {
  'isRevoked is asked': (opened) => ({ options: { isRevoked: async () => { await opened; return false } }, auth: 'required' }),
  'its check is asked': (opened) => ({ options: {}, auth: { check: async () => { await opened; return true } } })
}

// Calls `done` and returns a promise as well, so that Fastify moves on past a judgement that is under way.
const twice: onRequestHookHandler = (_request, _reply, done) => {
  done()
  return Promise.resolve()
}

for (const [what, wait] of Object.entries(waits)) {
  t.test(`a request that is given on while ${what} is judged anew, and its first judge's word comes to nothing`, async (t) => {
    const [app, latch] = [Fastify(), createLatch()]
    t.teardown(() => app.close())
    const { options, auth } = wait(latch.opened)
    const contexts: FastifyInstance[] = []
    let ran = 0
    await app.register(async (child) => {
      contexts.push(child)
      child.addHook('onRequest', twice)
      await child.register(cognitoAuth, { ...ours.options, ...options })
      child.addHook('preHandler', (_request, reply) => { reply.callNotFound() })
      child.get('/given-on', { config: { auth } }, async () => { ran++; return 'SECRET' })
    })
    await app.register(async (child) => {
      await child.register(cognitoAuth, theirs.options)
      child.addHook('onError', async () => { latch.open() })
      child.setNotFoundHandler({ config: { auth: 'required' } } as object, async () => { ran++; return 'SECRET' })
    })
    const token = await ours.accessToken()
    await app.ready()
    await contexts[0]?.cognitoAuth.verify(token)
    const answer = await app.inject({ url: '/given-on', headers: ours.authorization(token) })
    t.equal(answer.statusCode, 401)
    await new Promise((resolve) => { setImmediate(resolve) })
    t.equal(ran, 0)
  })
}

for (const auth of ['required', 'public'] as const) {
  t.test(`a request that is given on while the store of revoked tokens is asked is not answered by that: a 404 handler that is ${auth}`, async (t) => {
    const [app, latch] = [Fastify(), createLatch()]
    t.teardown(() => app.close())
    let reads = 0
    const list = createRevocationList({
      store: {
        append: async () => { throw new Error('not to be called') },
        readAfter: async () => {
          if (++reads > 1) {
            await latch.opened
            throw new Error('down')
          }
          return { entries: [], cursor: null, more: false, now: Date.now() / 1000 }
        }
      }
    })
    await list.refresh()
    let ran = 0
    const contexts: FastifyInstance[] = []
    await app.register(async (child) => {
      contexts.push(child)
      child.addHook('onRequest', twice)
      await child.register(cognitoAuth, { ...ours.options, isRevoked: list.isRevoked })
      child.addHook('preHandler', (_request, reply) => { reply.callNotFound() })
      child.get('/given-on', { config: { auth: { revocation: 'ask' } } }, async () => { ran++; return 'SECRET' })
    })
    await app.register(async (child) => {
      await child.register(cognitoAuth, theirs.options)
      child.addHook('onError', async () => { latch.open() })
      child.setNotFoundHandler({ config: { auth } } as object, async (request, reply) => {
        latch.open()
        return reply.code(404).send({ user: request.user })
      })
    })
    const token = await ours.accessToken()
    await app.ready()
    // Known already, so that nothing but the store is waited for.
    await contexts[0]?.cognitoAuth.verify(token)
    const answer = await app.inject({ url: '/given-on', headers: ours.authorization(token) })
    t.equal(answer.statusCode, auth === 'public' ? 404 : 401)
    if (auth === 'public') t.strictSame(answer.json(), { user: null })
    await new Promise((resolve) => { setImmediate(resolve) })
    t.equal(ran, 0)
    t.equal(reads, 2)
  })
}
