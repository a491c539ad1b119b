// What verifying costs a Lambda function, cold and warm: `npm run build`, then `node bench/lambda.js`. Fresh processes, one after
// the other, each a handler of @fastify/aws-lambda that answers its first event, then the same token and then new ones,
// of which the first half only warms it up.
// With this package, and without anything, in turns; medians.
import { spawnSync } from 'node:child_process'
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { fileURLToPath } from 'node:url'

const rounds = Number(process.argv[2] ?? 15)
const newTokens = 6_000
const sameToken = 20_000

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
const medianOf = (values) => values.toSorted((one, other) => one - other)[values.length >> 1]

/** Microseconds of processor time for each of some events, one at a time as Lambda sends them. */
async function measure (handle, events) {
  const before = process.cpuUsage()
  for (const event of events) {
    const { statusCode } = await handle(event)
    if (statusCode !== 200) throw new Error(`answered ${statusCode}`)
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / events.length
}

/** In a process of its own: prints what each part has taken. */
async function serve (isGuarded) {
  let input = ''
  for await (const chunk of process.stdin) input += chunk
  const { settings, tokens } = JSON.parse(input)
  const eventOf = (token) => ({
    version: '2.0', rawPath: '/me', rawQueryString: '', headers: { authorization: `Bearer ${token}` }, isBase64Encoded: false, requestContext: { http: { method: 'GET', path: '/me', sourceIp: '127.0.0.1' } }
  })
  const began = process.cpuUsage()
  const { default: Fastify } = await import('fastify')
  const { default: awsLambdaFastify } = await import('@fastify/aws-lambda')
  const app = Fastify()
  if (isGuarded) {
    const { default: cognitoAuth } = await import('../dist/index.js')
    await app.register(cognitoAuth, settings)
  }
  app.get('/me', isGuarded ? { config: { auth: 'required' } } : {}, async () => ({ status: 'ok' }))
  const handle = awsLambdaFastify(app)
  await app.ready()
  const [first, ...others] = tokens.map(eventOf)
  await measure(handle, [first])
  const { user, system } = process.cpuUsage(began)
  const cold = (user + system) / 1_000
  await measure(handle, new Array(sameToken).fill(first))
  const remembered = await measure(handle, new Array(sameToken).fill(first))
  await measure(handle, others.slice(0, newTokens / 2))
  const unseen = await measure(handle, others.slice(newTokens / 2))
  console.log(JSON.stringify({ cold, remembered, unseen }))
}

function run (kind, input) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), kind], { input, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}

function makeInput () {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const userPoolId = 'us-east-1_EXAMPLE01'
  const now = Math.floor(Date.now() / 1000)
  const tokenOf = (jti) => {
    const input = `${encode({ kid: 'key', alg: 'RS256' })}.${encode({
      sub: 'b3d8', iss: `https://cognito-idp.us-east-1.amazonaws.com/${userPoolId}`, client_id: '1example23456789', token_use: 'access', scope: 'openid email', auth_time: now, iat: now, exp: now + 3_600, jti, username: 'alice', 'cognito:groups': ['Admins']
    })}`
    return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`
  }
  const jwks = { keys: [{ ...createPublicKey(privateKey).export({ format: 'jwk' }), kid: 'key', alg: 'RS256', use: 'sig' }] }
  return JSON.stringify({ settings: { userPoolId, clientId: '1example23456789', jwks }, tokens: Array.from({ length: newTokens + 1 }, (_, index) => tokenOf(`token-${index}`)) })
}

if (process.argv[2] === 'guarded' || process.argv[2] === 'open') await serve(process.argv[2] === 'guarded')
else {
  const input = makeInput()
  const taken = { guarded: [], open: [] }
  for (let round = 0; round < rounds; round++) {
    for (const kind of round % 2 === 0 ? ['guarded', 'open'] : ['open', 'guarded']) taken[kind].push(run(kind, input))
  }
  console.log(`Node.js ${process.version}, ${rounds} rounds, medians of processor time`)
  for (const [part, unit, title] of [['cold', 'ms', 'start and first event'], ['remembered', 'µs', 'an event with a token that is remembered'], ['unseen', 'µs', 'an event with a new token']]) {
    const [guarded, open] = ['guarded', 'open'].map((kind) => medianOf(taken[kind].map((one) => one[part])))
    console.log(`${title}: ${guarded.toFixed(1)} ${unit}, without ${open.toFixed(1)} ${unit}: ${(guarded - open).toFixed(1)} ${unit} more, ${(guarded / open).toFixed(2)} ×`)
  }
}
