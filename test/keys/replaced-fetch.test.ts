// The fetch of other people's tests: the real packages, as keys.fetch and in place of the global one.
import { createRequire } from 'node:module'
import nodeFetch, { Headers as NodeFetchHeaders, Request as NodeFetchRequest, Response as NodeFetchResponse } from 'node-fetch'
import t from 'tap'
import type { Test } from 'tap'
import { Response as PolyfillResponse } from 'whatwg-fetch'
import { createVerifier } from '../../src/index.js'
import type { KeyOptions } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import * as scripts from '../support/issuer-scripts.js'
import { rejectionOf } from '../support/rejection.js'
import { startIssuer } from '../support/scripted-issuer.js'

const require = createRequire(import.meta.url)
const pool = createTestUserPool()
const published = JSON.stringify(await pool.jwks())
const token = await pool.accessToken({ sub: 'ann' })
const issuer = await startIssuer(t, pool)

/** Puts other values in place of globals until the test ends; `undefined` takes one away. */
function replaceGlobals (t: Test, values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) {
    const before = Object.getOwnPropertyDescriptor(globalThis, name)
    t.teardown(() => {
      Reflect.deleteProperty(globalThis, name)
      if (before !== undefined) Object.defineProperty(globalThis, name, before)
    })
    Reflect.deleteProperty(globalThis, name)
    if (value !== undefined) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
  }
}

/** Verifies the token with a verifier of its own: the subject, or the fault for which its keys could not be had. */
async function verify (keys: KeyOptions = {}): Promise<unknown> {
  const verifier = createVerifier({ ...issuer.options, keys: { timeout: 60_000, ...keys } })
  try {
    return (await verifier.verify(token)).sub
  } catch (error) {
    return ((error as Error).cause as { fault?: string }).fault
  } finally {
    verifier.close()
  }
}

// Its types are those of its time; what it is called with is what the type of the option says.
const nodeFetchAsFetch = nodeFetch as unknown as typeof fetch

t.test('node-fetch 2 as keys.fetch: a key set is read from its stream, and its bounds hold', async (t) => {
  t.equal(await verify({ fetch: nodeFetchAsFetch }), 'ann')
  t.equal(await verify({ fetch: nodeFetchAsFetch, maxBytes: published.length }), 'ann')
  t.equal(await verify({ fetch: nodeFetchAsFetch, maxBytes: published.length - 1 }), 'size')
  for (const [script, fault] of [
    [scripts.status(503), 'status'], [scripts.redirect(302), 'redirect'], [scripts.truncated, 'parse'], [scripts.oversized, 'size'],
    [scripts.gzipBomb, 'size'], [scripts.reset, 'network'], [scripts.body('{}'), 'parse']
  ] as const) {
    issuer.play(script)
    t.equal(await verify({ fetch: nodeFetchAsFetch }), fault)
  }
  issuer.play(scripts.serve)
})

t.test('node-fetch 2 as keys.fetch: an answer that does not come is given up', async (t) => {
  issuer.play(scripts.hang)
  t.equal(await verify({ fetch: nodeFetchAsFetch, timeout: 1 }), 'timeout')
  issuer.play(scripts.serve)
})

t.test('node-fetch 2 in place of the global fetch, with its classes', async (t) => {
  replaceGlobals(t, { fetch: nodeFetch, Response: NodeFetchResponse, Headers: NodeFetchHeaders, Request: NodeFetchRequest })
  t.equal(await verify(), 'ann')
})

t.test('the classes around fetch deleted, or taken by others', async (t) => {
  for (const other of [undefined, class Other {}, () => { throw new Error('not for you') }]) {
    t.test(String(other).slice(0, 12), async (t) => {
      replaceGlobals(t, { Response: other, Headers: other, Request: other, Blob: other })
      t.equal(await verify(), 'ann')
      // Without these the fetch of Node.js does not work, but another does.
      replaceGlobals(t, { AbortController: other, ReadableStream: other, TextDecoder: other })
      t.equal(await verify({ fetch: nodeFetchAsFetch }), 'ann')
    })
  }
})

t.test('a Response of whatwg-fetch, which storybook-addon-mock and jsdom tests answer with', async (t) => {
  const answer = (text: string, status = 200): KeyOptions => ({ fetch: async () => new PolyfillResponse(text, { status }) })
  t.equal(await verify(answer(published)), 'ann')
  t.equal(await verify({ ...answer(published), maxBytes: published.length - 1 }), 'size')
  t.equal(await verify(answer(published, 500)), 'status')
  t.equal(await verify(answer('<html>')), 'parse')
  const { fetch } = answer(published)
  replaceGlobals(t, { fetch, Response: PolyfillResponse })
  t.equal(await verify(), 'ann')
})

/** As much of `jest` as jest-fetch-mock asks for. */
function createJest (): object {
  const fn = (implementation: (...args: unknown[]) => unknown): unknown => {
    let current = implementation
    const once: Array<typeof implementation> = []
    const mock = (...args: unknown[]): unknown => (once.shift() ?? current)(...args)
    return Object.assign(mock, {
      mockImplementation: (next: typeof implementation) => {
        current = next
        return mock
      },
      mockImplementationOnce: (next: typeof implementation) => {
        once.push(next)
        return mock
      },
      mockReset: () => { once.length = 0 }
    })
  }
  return { fn, setMock: () => {}, dontMock: () => {} }
}

t.test('jest-fetch-mock 3: its answers are read, and what it makes up is judged like any other', async (t) => {
  // It puts classes of its own in place of the global ones when it is loaded.
  const { fetch, Response, Headers, Request } = globalThis
  replaceGlobals(t, { jest: createJest(), fetchMock: undefined, fetch, Response, Headers, Request })
  const fetchMock = require('jest-fetch-mock') as typeof fetch & { enableMocks (): void, mockResponse (body: string | (() => Promise<unknown>), init?: object): void, mockReject (error: Error): void, resetMocks (): void }
  fetchMock.enableMocks()
  t.equal(globalThis.fetch, fetchMock)
  fetchMock.mockResponse(published)
  t.equal(await verify(), 'ann')
  fetchMock.mockResponse(async () => ({ body: published, status: 200 }))
  t.equal(await verify(), 'ann')
  t.equal(await verify({ maxBytes: published.length - 1 }), 'size')
  fetchMock.mockResponse(published, { status: 503 })
  t.equal(await verify(), 'status')
  fetchMock.mockReject(new Error('no network'))
  t.equal(await verify(), 'network')
  fetchMock.resetMocks()
  t.equal(await verify(), 'parse', 'an empty answer')
  t.match(await rejectionOf(createVerifier(issuer.options).verify(token)), { code: 'FST_COGNITO_UNAVAILABLE' })
})
