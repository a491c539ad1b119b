// What pools cost that are known only at run time: `npm run build`, then `node --expose-gc bench/tenants.js`. A flood of a million
// made-up issuers; a thousand pools with a hundred tokens each, verified anew and remembered; the memory of a pool.
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import Fastify from 'fastify'
import cognitoAuth from '../dist/index.js'

const pools = 1_000
const tokensEach = 100
const floodSize = 1_000_000

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const jwk = createPublicKey(privateKey).export({ format: 'jwk' })
const idOf = (at) => `us-east-1_Pool${at}`
const issuerOf = (userPoolId) => `https://cognito-idp.us-east-1.amazonaws.com/${userPoolId}`
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
const now = Math.floor(Date.now() / 1000)
const header = encode({ kid: 'key', alg: 'RS256' })

function claimsOf (userPoolId, sub) {
  return encode({ sub, iss: issuerOf(userPoolId), client_id: 'client', token_use: 'access', scope: 'a/b', auth_time: now, iat: now, exp: now + 3_600, jti: sub, username: sub })
}

function signed (userPoolId, sub) {
  const input = `${header}.${claimsOf(userPoolId, sub)}`
  return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`
}

function memory () {
  for (let turn = 0; turn < 3; turn++) globalThis.gc()
  return process.memoryUsage().heapUsed
}

async function build (isKnown) {
  const counts = { questions: 0, fetches: 0 }
  const app = Fastify()
  await app.register(cognitoAuth, {
    userPools: {
      resolve: ({ userPoolId }) => {
        counts.questions++
        return isKnown(userPoolId) ? { userPoolId, clientId: 'client', tenant: userPoolId } : null
      },
      maxEntries: pools
    },
    cache: { maxEntries: pools * tokensEach },
    keys: {
      fetch: async (address) => {
        counts.fetches++
        // Of the two issuers of a pool only the first one answers.
        return String(address).includes('//issuer-') ? new Response(null, { status: 404 }) : Response.json({ keys: [{ ...jwk, kid: 'key', alg: 'RS256', use: 'sig' }] })
      }
    }
  })
  await app.ready()
  return { app, counts, verify: (token) => app.cognitoAuth.verify(token).then(() => 'in', (error) => error.reason) }
}

async function flood () {
  const { app, counts, verify } = await build(() => false)
  const signature = Buffer.alloc(256).toString('base64url')
  const reasons = {}
  const before = memory()
  const began = performance.now()
  for (let at = 0; at < floodSize; at += 100) {
    const answers = await Promise.all(Array.from({ length: 100 }, (_, more) => verify(`${header}.${claimsOf(`us-east-1_Made${at + more}`, 'x')}.${signature}`)))
    for (const reason of answers) reasons[reason] = (reasons[reason] ?? 0) + 1
  }
  const seconds = (performance.now() - began) / 1000
  console.log(`${floodSize.toLocaleString('en')} made-up issuers in ${seconds.toFixed(0)} s: ${counts.questions} questions, ${counts.fetches} fetches of keys, ${JSON.stringify(reasons)}, heap ${((memory() - before) / 2 ** 20).toFixed(1)} MB more`)
  await app.close()
}

async function measurePools () {
  const { app, counts, verify } = await build(() => true)
  const first = Array.from({ length: pools }, (_, at) => signed(idOf(at), 'user-0'))
  const before = memory()
  for (let at = 0; at < pools; at += 40) {
    // As fast as questions about unknown pools are allowed.
    for (const token of first.slice(at, at + 40)) while (await verify(token) === 'resolve_pool') await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const perPool = (memory() - before) / pools
  console.log(`${pools} pools: ${counts.questions} questions, ${counts.fetches} fetches of keys, ${(perPool / 1000).toFixed(1)} kB each, one remembered token included`)
  const tokens = first.concat(Array.from({ length: pools * (tokensEach - 1) }, (_, at) => signed(idOf(at % pools), `user-${1 + Math.floor(at / pools)}`)))
  const timed = async (title) => {
    const began = process.cpuUsage()
    for (let at = 0; at < tokens.length; at += 64) {
      const answers = await Promise.all(tokens.slice(at, at + 64).map(verify))
      if (answers.some((answer) => answer !== 'in')) throw new Error(`refused: ${answers.find((answer) => answer !== 'in')}`)
    }
    const { user, system } = process.cpuUsage(began)
    console.log(`${tokens.length.toLocaleString('en')} tokens, ${title}: ${((user + system) / tokens.length).toFixed(1)} µs each`)
  }
  await timed('verified')
  await timed('remembered')
  console.log(`${counts.questions} questions, ${counts.fetches} fetches of keys after all of this`)
  await app.close()
}

await flood()
await measurePools()
