/** Tokens of real sign-ins at an emulated user pool, sent to the example in its own process. */
import t from 'tap'
import { assertRefused } from '../support/refusals.js'
import { startCognitoPool, userPoolId } from './support/cognito-pool.js'
import { decode } from './support/decode.js'
import { startExample } from './support/example-server.js'

const { admin, clientId, jwksUri } = await startCognitoPool(t)
const example = await startExample(t, { userPoolId, clientId, jwksUri })

const users = [
  { username: 'ada', groups: ['Auditors', 'Admins'], role: 'Admin', audit: 200, administration: 200 },
  { username: 'alan', groups: ['Auditors'], role: 'Auditor', audit: 200, administration: 403 },
  { username: 'olga', groups: [], role: 'Operator', audit: 403, administration: 403 }
]

for (const { username, groups, role, audit, administration } of users) {
  t.test(`lets ${username} in with either token of a sign-in, as ${role}`, async (t) => {
    const { accessToken, idToken } = await admin.signIn(clientId, username)
    const common = { sub: decode(idToken).claims.sub, username, role, clientId, userPoolId }

    const byAccessToken = await example.get('/api/me', accessToken)
    t.equal(byAccessToken.statusCode, 200)
    const accessUser = JSON.parse(byAccessToken.body) as Record<string, unknown>
    t.match(accessUser, { ...common, tokenUse: 'access', email: null, scopes: ['aws.cognito.signin.user.admin'] })
    t.same([...accessUser.groups as string[]].sort(), [...groups].sort())

    const byIdToken = await example.get('/api/me', idToken)
    t.equal(byIdToken.statusCode, 200)
    const idUser = JSON.parse(byIdToken.body) as Record<string, unknown>
    t.match(idUser, { ...common, tokenUse: 'id', email: `${username}@example.com`, scopes: [] })
    t.same([...idUser.groups as string[]].sort(), [...groups].sort())
  })

  t.test(`opens to ${username} the routes of ${role} and no others`, async (t) => {
    const { accessToken, idToken } = await admin.signIn(clientId, username)
    for (const token of [accessToken, idToken]) {
      t.equal((await example.get('/api/agents/status', token)).statusCode, 200)
      t.match(JSON.parse((await example.get('/api/feed', token)).body), { reader: username })
      for (const [path, status] of [['/api/audit', audit], ['/api/admin', administration]] as const) {
        const answer = await example.get(path, token)
        if (status === 200) t.equal(answer.statusCode, 200, path)
        else assertRefused(t, answer, 'FST_COGNITO_FORBIDDEN')
      }
    }
  })
}

t.test('the emulator writes the header typ "JWT", which Cognito does not, and it is accepted', async (t) => {
  const { accessToken, idToken } = await admin.signIn(clientId, 'olga')
  for (const token of [accessToken, idToken]) {
    t.equal(decode(token).header.typ, 'JWT')
    t.equal((await example.get('/api/me', token)).statusCode, 200)
  }
})

t.test('accepts the tokens of a refresh, and keeps accepting those before it', async (t) => {
  const before = await admin.signIn(clientId, 'alan')
  const after = await admin.refresh(clientId, before.refreshToken ?? '')
  t.not(after.accessToken, before.accessToken)
  for (const token of [after.accessToken, after.idToken, before.accessToken, before.idToken]) {
    const answer = await example.get('/api/me', token)
    t.equal(answer.statusCode, 200)
    t.match(JSON.parse(answer.body), { username: 'alan', role: 'Auditor' })
  }
})

t.test('a user who joins a group gets its role with the next tokens, not with those of before', async (t) => {
  await admin.createUser('newcomer')
  const before = await admin.signIn(clientId, 'newcomer')
  await admin.addToGroup('newcomer', 'Auditors')
  const after = await admin.refresh(clientId, before.refreshToken ?? '')
  t.equal((await example.get('/api/audit', after.accessToken)).statusCode, 200)
  assertRefused(t, await example.get('/api/audit', before.accessToken), 'FST_COGNITO_FORBIDDEN')
})

t.test('signing out ends the refresh token, while the tokens of the sign-in live on until they expire', async (t) => {
  const { accessToken, refreshToken = '' } = await admin.signIn(clientId, 'olga')
  await admin.revoke(clientId, refreshToken)
  await t.rejects(admin.refresh(clientId, refreshToken), { name: 'NotAuthorizedException' })
  t.equal((await example.get('/api/me', accessToken)).statusCode, 200)
})

t.test('asks for a token where a route needs one, and for none where it is public', async (t) => {
  assertRefused(t, await example.get('/api/me'), 'FST_COGNITO_TOKEN_MISSING')
  t.match(JSON.parse((await example.get('/api/feed')).body), { reader: 'guest' })
  t.equal((await example.get('/health')).statusCode, 200)
  t.equal((await example.get('/ready')).statusCode, 200)
})

t.test('no part of a token is in the log of the example, at level trace', async (t) => {
  const { accessToken, idToken } = await admin.signIn(clientId, 'ada')
  for (const token of [accessToken, idToken]) {
    await example.get('/api/me', token)
    for (const part of token.split('.')) t.notMatch(example.log(), part)
  }
  t.match(example.log(), '"url":"/api/me"')
})
