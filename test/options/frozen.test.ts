import t from 'tap'
import { readPluginOptions } from '../../src/options/read-options.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { onePool } from '../support/option-cases.js'

t.test('the settings are frozen, with all that they hold', async (t) => {
  const settings = readPluginOptions({ ...onePool, audience: ['a'], roles: { Admins: 'Admin' } })
  const { verifier, requests } = settings
  const [pool] = verifier.userPools
  const parts = {
    settings,
    verifier,
    requests,
    userPools: verifier.userPools,
    pool,
    clientIds: pool?.clientIds,
    tokenUses: pool?.tokenUses,
    audiences: pool?.audiences,
    issuers: pool?.issuers,
    roles: verifier.roles,
    byGroup: verifier.roles.byGroup,
    entry: verifier.roles.byGroup[0],
    cache: verifier.cache,
    keys: verifier.keys
  }
  for (const [name, part] of Object.entries(parts)) {
    t.type(part, 'object', name)
    t.ok(Object.isFrozen(part), name)
  }
})

t.test('the options are copied: changing them afterwards changes nothing', async (t) => {
  const jwks = await createTestUserPool().jwks()
  const pool = { userPoolId: 'us-east-1_A', clientId: ['a'], tokenUse: ['id'], audience: ['x'], issuer: ['https://a.example'], jwks }
  const options = { userPools: [pool], roles: { Admins: 'Admin' }, cache: { maxEntries: 5 }, keys: { cooldown: 7 }, realm: 'r' }
  const read = (): unknown => {
    const { verifier, requests } = settings
    return structuredClone({
      pools: verifier.userPools.map(({ keyOrigin, ...others }) => ({ ...others, origin: keyOrigin('https://a.example') })),
      roles: verifier.roles,
      cache: verifier.cache,
      cooldown: verifier.keys.cooldown,
      realm: requests.realm
    })
  }
  const settings = readPluginOptions(options)
  const before = read()
  pool.clientId.push('b')
  pool.tokenUse.push('access')
  pool.audience.push('y')
  pool.issuer.push('https://b.example')
  for (const key of jwks.keys) Object.assign(key, { n: 'changed' })
  jwks.keys.length = 0
  options.userPools.push(pool)
  Object.assign(options.roles, { Everyone: 'Admin' })
  options.cache.maxEntries = 1
  options.keys.cooldown = 1
  options.realm = 'changed'
  t.strictSame(read(), before)
})

t.test('frozen options are read like others', async (t) => {
  t.ok(readPluginOptions(Object.freeze({ ...onePool, roles: Object.freeze({ Admins: 'Admin' }) })))
})
