// The guard as a whole, without HTTP and without Fastify: what one request costs on the main thread, by kind of token.
import { compareAsync } from '../harness/compare.js'
import { withBadSignatures, withUnknownKeys } from '../harness/tokens.js'

const publicRule = { mode: 'public', requirement: null }
const requiredRule = { mode: 'required', requirement: null }
const silent = { debug () {}, info () {}, warn () {}, error () {} }

export async function run ({ tokens, garbage, pool, builds }) {
  const wrongClient = await Promise.all(tokens.slice(0, 200).map(() => pool.accessToken({ client_id: 'another' })))
  const kinds = {
    'a public route': [publicRule, tokens],
    'a hot token': [requiredRule, tokens.slice(0, 1)],
    'tokens in rotation': [requiredRule, tokens.slice(0, 1_000)],
    garbage: [requiredRule, garbage],
    'a token for another client': [requiredRule, wrongClient],
    'an unknown kid': [requiredRule, withUnknownKeys(tokens)],
    'a bad signature': [requiredRule, withBadSignatures(tokens)]
  }
  const results = {}
  for (const [kind, [rule, all]] of Object.entries(kinds)) {
    const alternatives = {}
    for (const [name, load] of Object.entries(builds)) {
      const guard = await createGuard(load, pool)
      alternatives[name] = (at) => guard(rule, all[at % all.length])
    }
    results[`the guard: ${kind}`] = await compareAsync(alternatives)
  }
  return results
}

async function createGuard (load, pool) {
  const { createAuthenticator } = await load('authenticate.js')
  const { createChallenger } = await load('challenge.js')
  const { systemClock } = await load('clock.js')
  const { readPluginOptions } = await load('options/read-options.js')
  const { outcomeSlot } = await load('request.js')
  const { createVerifierService } = await load('verifier-service.js')
  const { verifier, requests } = readPluginOptions(pool.options)
  const service = createVerifierService(verifier, systemClock, () => {})
  const authenticator = createAuthenticator(requests, service.tokens, createChallenger('api'))

  // The members that Fastify gives a request of a decorated instance.
  class Request {
    constructor (authorization) {
      this.headers = { host: 'api.example.com', 'user-agent': 'bench/1.0', accept: 'application/json', authorization }
      this.raw = { rawHeaders: ['Host', 'api.example.com', 'User-Agent', 'bench/1.0', 'Accept', 'application/json', 'Authorization', authorization] }
      this.log = silent
      this.user = null
      this[outcomeSlot] = null
    }
  }

  return (rule, token) => new Promise((resolve) => {
    // A string that nobody has hashed or flattened, as the parser of HTTP makes it.
    const authorization = Buffer.from(`Bearer ${token}`, 'latin1').latin1Slice()
    authenticator.enforce(rule, new Request(authorization), resolve)
  })
}
