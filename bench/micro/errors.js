// What a refusal costs before Fastify sees it: making the error.
import sensible from '@fastify/sensible'
import { compare } from '../harness/compare.js'

const { httpErrors } = sensible
const headers = Object.freeze({ 'www-authenticate': 'Bearer realm="api", error="invalid_token"' })
const message = 'Invalid authentication token'
const code = 'FST_COGNITO_TOKEN_INVALID'
const brand = Symbol.for('fastify-cognito-auth.error')

function withoutStack (make) {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return make()
  } finally {
    Error.stackTraceLimit = limit
  }
}

// Instances of sensible's class, made by a constructor of our own: what never changes stands on the prototype.
const prototype = Object.create(Object.getPrototypeOf(httpErrors.unauthorized(message)), {
  [brand]: { value: true },
  name: { value: 'UnauthorizedError' },
  reason: { get () { return this[reasonSlot] } }
})
const reasonSlot = Symbol('reason')

class Refusal extends Error {
  #reason
  constructor (text, reason) {
    super(text)
    this.code = code
    this.headers = headers
    this.#reason = reason
  }

  get reason () { return this.#reason }
}
Object.setPrototypeOf(Refusal.prototype, Object.getPrototypeOf(httpErrors.unauthorized(message)))
Object.defineProperty(Refusal.prototype, brand, { value: true })

export async function run ({ load }) {
  const { createChallenger } = await load('errors/challenge.js')
  const { isFailure, tokenInvalid } = await load('errors/failure.js')
  const challenge = createChallenger('api')
  const failure = tokenInvalid('signature')
  const values = [failure, { user: {}, token: 'x', principal: {} }, failure, { user: {}, token: 'x', principal: {} }]

  return {
    'making the error of a 401': await compare({
      'this package\'s challenger': () => challenge(failure),
      'httpErrors.unauthorized, without stack': () => withoutStack(() => httpErrors.unauthorized(message)),
      'httpErrors.unauthorized, with stack': () => httpErrors.unauthorized(message),
      'new Error, without stack': () => withoutStack(() => new Error(message)),
      'new Error, with stack': () => new Error(message),
      'a class below sensible\'s, without stack': () => withoutStack(() => new Refusal(message, failure.reason)),
      'an object below sensible\'s prototype, no Error made': () => Object.assign(Object.create(prototype), { message, code, headers })
    }),
    'adding the hidden members': await compare({
      'assigned, visible': () => { const error = { message }; error.reason = 'signature'; error.brand = true; return error },
      'defineProperty, one by one': () => { const error = { message }; Object.defineProperty(error, brand, { value: true }); Object.defineProperty(error, 'reason', { value: 'signature' }); return error },
      defineProperties: () => Object.defineProperties({ message }, { [brand]: { value: true }, reason: { value: 'signature' } })
    }),
    'the challenge in the header': await compare({
      'composed each time': (at) => ({ 'www-authenticate': 'Bearer realm="api"' + `, error="invalid_token"${at < 0 ? 'x' : ''}` }),
      'a frozen object for all': () => headers
    }),
    'telling a failure': await compare({
      isFailure: (at) => isFailure(values[at & 3]),
      'one member compared with undefined': (at) => values[at & 3].reason !== undefined
    })
  }
}
