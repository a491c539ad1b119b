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
  results['rights: a hot token on a route for'] = await compareRights(pool, builds)
  return results
}

// What each member adds to a remembered token. The user is in ten groups, and the ones asked for come late.
export async function compareRights (pool, builds) {
  const groups = Array.from({ length: 10 }, (_, at) => `group-${at}`)
  const token = await pool.accessToken({ groups, scopes: ['api/read', 'api/write'], 'custom:tenant': 'acme', auth_time: Math.floor(Date.now() / 1000) })
  const first = { groups: ['group-8', 'group-9'] }
  const requirements = {
    'any user': null,
    'any of two groups': first,
    'groups any, all and none': { groups: { any: ['others', 'group-9'], all: ['group-1', 'group-8'], none: ['barred'] } },
    'anyOf of three, the last one holds': { anyOf: [{ groups: ['others'] }, { scopes: ['api/admin'] }, { groups: ['group-8', 'group-9'] }] },
    'a claim, a match and maxAge': { claims: { 'custom:tenant': ['other', 'acme'] }, match: { 'custom:tenant': 'params.tenant' }, maxAge: 86_400 }
  }
  const alternatives = {}
  for (const [at, [name, load]] of Object.entries(builds).entries()) {
    const guard = await createGuard(load, pool)
    const { readRouteAuth } = await loadRoom(load, 'routes/read-requirement.js', 'routes/requirement.js', 'requirement.js')
    // Another build may know no more than lists.
    for (const [title, requirement] of Object.entries(requirements).slice(0, at === 0 ? undefined : 2)) {
      const rule = requirement === null ? requiredRule : readRouteAuth(requirement, 'bench')
      alternatives[at === 0 ? title : `${title}, ${name}`] = () => guard(rule, token)
    }
  }
  return compareAsync(alternatives)
}

// Builds from before the source was sorted into rooms have all modules in one folder.
async function loadRoom (load, ...files) {
  const [file, ...others] = files
  try {
    return await load(file)
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || others.length === 0) throw error
    return loadRoom(load, ...others)
  }
}

// Older builds declare other slots on each request.
async function loadSlots (load) {
  const nothing = () => ({})
  const { standingSlot } = await load('routes/standing.js').catch(nothing)
  if (standingSlot !== undefined) return [standingSlot]
  const { outcomeSlot } = await loadRoom(load, 'request/request.js', 'request.js')
  const { judgeSlot } = await load('routes/passed-rules.js').catch(nothing)
  return [outcomeSlot, judgeSlot].filter((slot) => slot !== undefined)
}

async function createGuard (load, pool) {
  const { createAuthenticator } = await loadRoom(load, 'request/authenticate.js', 'authenticate.js')
  const { createChallenger } = await loadRoom(load, 'errors/challenge.js', 'challenge.js')
  const { systemClock } = await loadRoom(load, 'time/clock.js', 'clock.js')
  const { readPluginOptions } = await load('options/read-options.js')
  const slots = await loadSlots(load)
  const { createVerifierService } = await loadRoom(load, 'verifier/verifier-service.js', 'verifier-service.js')
  const { verifier, requests } = readPluginOptions(pool.options)
  const service = createVerifierService(verifier, systemClock, () => {})
  const authenticator = createAuthenticator(requests, service.tokens, createChallenger('api'), systemClock, null)

  class Reply {
    statusCode = 200
    send () {}
  }

  // The members that Fastify gives a request of a decorated instance.
  class Request {
    constructor (authorization) {
      this.headers = { host: 'api.example.com', 'user-agent': 'bench/1.0', accept: 'application/json', authorization }
      this.raw = { rawHeaders: ['Host', 'api.example.com', 'User-Agent', 'bench/1.0', 'Accept', 'application/json', 'Authorization', authorization] }
      this.params = { tenant: 'acme' }
      this.log = silent
      this.user = null
      for (const slot of slots) this[slot] = null
    }
  }

  return (rule, token) => new Promise((resolve) => {
    // A string that nobody has hashed or flattened, as the parser of HTTP makes it.
    const authorization = Buffer.from(`Bearer ${token}`, 'latin1').latin1Slice()
    if (authenticator.enforce.length === 4) authenticator.enforce(rule, new Request(authorization), new Reply(), resolve)
    else authenticator.enforce(rule, new Request(authorization), resolve)
  })
}
