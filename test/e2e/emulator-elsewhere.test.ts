/** An emulator on another machine, as in Docker Compose: reached by a name that is not loopback, over http. */
import { hostname, networkInterfaces } from 'node:os'
import Fastify from 'fastify'
import t from 'tap'
import cognitoAuth from '../../src/index.js'
import type { CognitoAuthOptions } from '../../src/index.js'
import { captureLog } from '../support/log-capture.js'
import { assertRefused } from '../support/refusals.js'
import { rejectionOf } from '../support/rejection.js'
import { buildGuardedApp } from './support/guarded-app.js'
import { createPoolAdmin } from './support/pool-admin.js'
import { createPools, startPoolEmulator } from './support/pool-emulator.js'

const userPoolId = 'local_6AbCdEfG'
// What a browser outside the containers calls it: nothing of this machine has to be there.
const issuer = `http://localhost:9229/${userPoolId}`

const emulator = await startPoolEmulator(t, { directory: await createPools(t, [userPoolId], 'http://localhost:9229'), host: '0.0.0.0' })
const admin = createPoolAdmin(t, emulator.endpoint, userPoolId)
const clientId = await admin.createClient('web')
await admin.createUser('ada', ['Admins'])
const { accessToken, idToken } = await admin.signIn(clientId, 'ada')

const { port } = new URL(emulator.endpoint)
const addresses = Object.values(networkInterfaces()).flat().flatMap((one) => (one?.family === 'IPv4' && !one.internal ? [one.address] : []))
// The name of the machine, as the name of a service is that of a container, and where it is in a network its address there.
const hosts = [hostname(), ...addresses].filter((name) => name !== 'localhost' && !name.startsWith('127.'))
const jwksUriAt = (host: string): string => `http://${host}:${port}/${userPoolId}/.well-known/jwks.json`

t.ok(hosts.length > 0, `reached as ${hosts.join(', ')}`)

for (const host of hosts) {
  const options: CognitoAuthOptions = { userPoolId, clientId, issuer, jwksUri: jwksUriAt(host) }

  t.test(`${host}: with allowInsecure its keys are fetched over http, and its tokens accepted`, async (t) => {
    const { ask } = await buildGuardedApp(t, { ...options, allowInsecure: true })
    for (const token of [accessToken, idToken]) t.match(JSON.parse((await ask(token)).body), { username: 'ada', userPoolId })
    const { ask: askOther } = await buildGuardedApp(t, { ...options, issuer: 'http://localhost:9229/local_Other', allowInsecure: true })
    assertRefused(t, await askOther(accessToken), 'FST_COGNITO_TOKEN_INVALID')
  })

  t.test(`${host}: the start warns of it`, async (t) => {
    const log = captureLog()
    const app = Fastify({ logger: log.logger })
    t.teardown(() => app.close())
    await app.register(cognitoAuth, { ...options, allowInsecure: true })
    t.match(log.where('level', 40), [{ userPoolId, jwksUri: jwksUriAt(host) }])
  })

  t.test(`${host}: without it the start is refused, and so it is for a pool of AWS`, async (t) => {
    const start = async (options: CognitoAuthOptions): Promise<void> => { await Fastify().register(cognitoAuth, options) }
    t.match(await rejectionOf(start(options)), { code: 'FST_COGNITO_OPTIONS_INVALID', message: /"jwksUri".* or "allowInsecure" beside it/ })
    const ofAws = { userPoolId: 'us-east-1_EXAMPLE01', clientId, jwksUri: jwksUriAt(host), allowInsecure: true }
    t.match(await rejectionOf(start(ofAws)), { code: 'FST_COGNITO_OPTIONS_INVALID', message: /"allowInsecure".*no address of AWS/ })
  })
}
