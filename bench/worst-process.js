// What the most expensive tokens cost the main thread, in a process of its own: ours beside AWS's verifier and jose.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { CognitoJwtVerifier } from 'aws-jwt-verify'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { answerCommands } from './harness/answer-commands.js'
import { median } from './harness/histogram.js'
import { mainThreadTime } from './harness/main-thread.js'
import { withBadSignatures } from './harness/tokens.js'
import { worstInputs } from './harness/worst-inputs.js'

const longest = 16_384
const atOnce = 8

let cells = []
let unit = null

const commands = { start, round, result }

answerCommands(commands)

/** Makes the verifiers and what they are given; `tokens` are good ones, `against` another build of ours or null. */
async function start ({ plugin, against, settings, tokens }) {
  if (mainThreadTime() === null) throw new Error('this kernel does not tell the time of one thread')
  const verifierOf = async (build) => {
    const { createVerifier } = await import(build)
    return createVerifier({ userPoolId: settings.userPoolId, clientId: settings.clientId, jwks: settings.jwks })
  }
  const ours = await verifierOf(plugin)
  const other = against === null ? null : await verifierOf(against)
  const aws = CognitoJwtVerifier.create({ userPoolId: settings.userPoolId, clientId: settings.clientId, tokenUse: 'access' })
  aws.cacheJwks(settings.jwks)
  const keys = createLocalJWKSet(settings.jwks)
  const verifiers = {
    ours: (token) => ours.verify(token),
    aws: (token) => aws.verify(token),
    jose: (token) => jwtVerify(token, keys, { issuer: settings.issuer, algorithms: ['RS256'] }),
    ...(other === null ? {} : { against: (token) => other.verify(token) })
  }
  const columns = [
    ...Object.entries(verifiers).map(([name, verify]) => ({ name, verify, length: longest })),
    { name: 'half', verify: verifiers.ours, length: longest / 2 }
  ]
  const [header, payload] = tokens[0].split('.').map((part) => Buffer.from(part, 'base64url').toString())
  const inputs = worstInputs({ header, claims: JSON.parse(payload) })
  await assertValidClaims(inputs, ours)
  cells = Object.entries(inputs).flatMap(([title, make]) =>
    columns.map(({ name, verify, length }) => ({ title, name, verify, spent: [], make: () => make(length) })))
  let next = 0
  unit = { verify: verifiers.ours, spent: [], make: () => withBadSignatures([tokens[next++ % tokens.length]])[0] }
}

// They are there to show what the most that is read costs: refused as too much, they would be cheap.
async function assertValidClaims (inputs, verifier) {
  for (const [title, make] of Object.entries(inputs).filter(([name]) => name.startsWith('valid claims'))) {
    const reason = await verifier.verify(make(longest)).then(() => 'none', (error) => error.reason)
    if (reason !== 'signature') throw new Error(`${title}: refused for ${reason}`)
  }
}

/** Measures everything once; those of the warm-up count for nothing. */
async function round ({ isWarmUp }) {
  for (const [index, cell] of cells.entries()) {
    // Not once a round, but all along it: what the machine does meanwhile has to concern both.
    if (index % 8 === 0) await measure(unit, isWarmUp)
    await measure(cell, isWarmUp)
  }
}

/**
 * Microseconds of the main thread per token: `unit` is what a normal bad signature costs us, `half` of a row what half
 * the length costs us.
 */
function result () {
  const rows = {}
  for (const { title, name, spent } of cells) (rows[title] ??= { title })[name] = median(spent)
  return { unit: median(unit.spent), rows: Object.values(rows) }
}

async function measure ({ verify, spent, make }, isWarmUp) {
  // New for everyone: a name that was met before is cheaper.
  const tokens = Array.from({ length: atOnce }, make)
  await nextTurn()
  const before = mainThreadTime()
  const outcomes = await Promise.all(tokens.map((token) => verify(token).then(() => 'accepted', () => 'refused')))
  const took = mainThreadTime() - before
  if (outcomes.includes('accepted')) throw new Error('a token that nobody has signed was accepted')
  if (!isWarmUp) spent.push(took / tokens.length)
}
