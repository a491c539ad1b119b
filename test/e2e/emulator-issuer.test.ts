/** An emulator as it is when nobody has set it up: its own address in `iss`, a pool id without a region. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { assertRefused } from '../support/refusals.js'
import { decode } from './support/decode.js'
import { startExample } from './support/example-server.js'
import { createPoolAdmin } from './support/pool-admin.js'
import { createPools, startPoolEmulator } from './support/pool-emulator.js'

const userPoolId = 'local_6AbCdEfG'

/** A port that was free a moment ago: its number has to be in the settings before the emulator starts. */
async function findFreePort (): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

const port = await findFreePort()
const origin = `http://127.0.0.1:${port}`
await startPoolEmulator(t, { directory: await createPools(t, [userPoolId], origin), port })
const admin = createPoolAdmin(t, origin, userPoolId)
const clientId = await admin.createClient('web')
await admin.createUser('ada', ['Admins'])
const { accessToken, idToken } = await admin.signIn(clientId, 'ada')

t.test('with its issuer as the only setting, keys are found and tokens are accepted', async (t) => {
  t.equal(decode(accessToken).claims.iss, `${origin}/${userPoolId}`)
  const example = await startExample(t, { userPoolId, clientId, issuer: `${origin}/${userPoolId}` })
  for (const token of [accessToken, idToken]) {
    const answer = await example.get('/api/me', token)
    t.equal(answer.statusCode, 200)
    t.match(JSON.parse(answer.body), { username: 'ada', role: 'Admin', userPoolId })
  }
})

t.test('its tokens are refused where another issuer is set, though the keys are the same', async (t) => {
  for (const issuer of [`${origin}/local_Other`, `${origin}/${userPoolId}/`, `http://localhost:${port}/${userPoolId}`]) {
    const example = await startExample(t, { userPoolId, clientId, issuer, jwksUri: `${origin}/${userPoolId}/.well-known/jwks.json` })
    for (const token of [accessToken, idToken]) {
      assertRefused(t, await example.get('/api/me', token), 'FST_COGNITO_TOKEN_INVALID')
    }
  }
})
