import t from 'tap'
import sensible from '@fastify/sensible'
import { isClientError, isErrorAnswer } from '../../src/errors/client-error.js'

t.test('an error with a status from 400 to 499 is the answer to a client', async (t) => {
  for (const status of [400, 401, 404, 422, 499]) t.ok(isClientError(Object.assign(new Error('x'), { statusCode: status })), String(status))
  t.ok(isClientError(sensible.httpErrors.notFound()))
})

t.test('nothing else is', async (t) => {
  const statuses: unknown[] = [undefined, null, 200, 302, 399, 500, 503, '404', 404.5, NaN, [404]]
  for (const statusCode of statuses) t.notOk(isClientError(Object.assign(new Error('x'), { statusCode })), String(statusCode))
  const others: unknown[] = [undefined, null, 404, 'not found', { statusCode: 404 }, Object.assign(new Error('x'), { statusCode: 404, then: () => {} })]
  for (const other of others) t.notOk(isClientError(other))
  t.notOk(isClientError(Object.defineProperty(new Error('x'), 'statusCode', { get () { throw new Error('y') } })))
})

t.test('an answer is an error by its payload, or by its status', async (t) => {
  t.ok(isErrorAnswer({ statusCode: 200 }, new Error('x')))
  for (const statusCode of [400, 404, 500, 503]) t.ok(isErrorAnswer({ statusCode }, 'page'), String(statusCode))
  for (const statusCode of [undefined, 200, 201, 302, 399]) t.notOk(isErrorAnswer({ statusCode }, { message: 'x' }), String(statusCode))
})
