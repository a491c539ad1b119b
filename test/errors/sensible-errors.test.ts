import t from 'tap'
import sensible from '@fastify/sensible'
import { createChallenger } from '../../src/errors/challenge.js'
import type { CognitoAuthErrorCode } from '../../src/errors/failure.js'
import { failure } from '../../src/errors/failure.js'
import { plainHttpErrors } from '../../src/errors/http-errors.js'
import type { HttpErrors } from '../../src/errors/http-errors.js'
import { loadHttpErrors } from '../../src/errors/sensible-errors.js'
import { refusals } from '../support/refusals.js'

const { httpErrors } = sensible
const loaded = await loadHttpErrors()
const codes = Object.keys(refusals) as CognitoAuthErrorCode[]
const kinds = Object.keys(plainHttpErrors) as Array<keyof HttpErrors>

t.test('what is loaded is what the index of @fastify/sensible exports, and so are the refusals made of it', async (t) => {
  t.equal(kinds.length, 4)
  for (const kind of kinds) t.equal(loaded[kind], Object.getPrototypeOf(httpErrors[kind]()), kind)
  const challenge = createChallenger('api', loaded)
  for (const code of codes) {
    const error = challenge(failure(code, 'missing'))
    t.ok(error instanceof httpErrors.HttpError, code)
    t.ok(error instanceof Error, code)
    t.notOk(createChallenger('api')(failure(code, 'missing')) instanceof httpErrors.HttpError, `${code}: not without it`)
  }
})

t.test('the errors that need no package have the members, names and constructors of those that do', async (t) => {
  const plain = createChallenger('api')
  const sensibles = createChallenger('api', loaded)
  const seenIn = (error: Error): unknown => {
    const { name, message, status, statusCode, expose, stack, code, headers } = error as Error & Record<string, unknown>
    return { name, message, status, statusCode, expose, stack, code, headers, constructor: error.constructor.name, text: String(error), json: JSON.stringify(error) }
  }
  for (const code of codes) t.strictSame(seenIn(plain(failure(code, 'missing'))), seenIn(sensibles(failure(code, 'missing'))), code)
})

t.test('where the package cannot be loaded, refusals are made without it', async (t) => {
  t.equal(await loadHttpErrors(() => Promise.reject(new TypeError('frozen'))), plainHttpErrors)
})
