import t from 'tap'
import { readPluginOptions } from '../../src/options/read-options.js'
import { assertAttainable, attainableWith } from '../../src/routes/attainable.js'
import { createRevocationList, redisStore } from '../../src/revocation/index.js'
import { readRequirement } from '../../src/routes/read-requirement.js'

const pool = { userPoolId: 'us-east-1_A', clientId: ['web', 'machine'], tokenUse: 'access' }
const { verifier, requests } = readPluginOptions({ userPools: [pool, { ...pool, userPoolId: 'us-east-1_B', clientId: 'mobile' }], roles: { Admins: 'Admin' }, defaultRole: 'Guest' })
const attainable = attainableWith(verifier, requests)

function messageFor (requirement: object, url: string | null = '/x'): string {
  try {
    assertAttainable(readRequirement(requirement, 'here').shown, attainable, url, 'here')
    return 'attainable'
  } catch (error) {
    t.match(error, { code: 'FST_COGNITO_ROUTE_INVALID' })
    return (error as Error).message.replace('fastify-cognito-auth: ', '')
  }
}

t.test('what the options give can be asked for', async (t) => {
  for (const requirement of [
    { roles: ['Admin', 'Guest'] }, { roles: { none: ['Guest'] } }, { clientId: ['web', 'mobile'] }, { tokenUse: 'access' }, { tokenUse: ['id', 'access'] },
    { groups: ['any name: groups are made in the pool'] }, { scopes: ['any/scope'] }, { anyOf: [{ roles: { any: ['Admin'], none: ['Guest'] } }] }
  ]) t.equal(messageFor(requirement), 'attainable', JSON.stringify(requirement))
})

t.test('a role, an app client and a kind of token that nobody can have are refused, in lists and alternatives too', async (t) => {
  const role = 'expected roles that the options "roles" or "defaultRole" give; "Admins" is none of them'
  for (const roles of [['Admin', 'Admins'], { any: ['Admins'] }, { all: ['Admins'] }, { none: ['Admins'] }]) t.equal(messageFor({ roles }), `here.roles is invalid: ${role}`)
  t.equal(messageFor({ roles: ['null'] }), `here.roles is invalid: ${role.replace('"Admins"', '"null"')}`)
  t.equal(messageFor({ clientId: ['web', 'Web'] }), 'here.clientId is invalid: expected app clients that a user pool of the options accepts; "Web" is none of them')
  t.equal(messageFor({ tokenUse: 'id' }), 'here.tokenUse is invalid: expected a kind of token that the option "tokenUse" accepts; id is refused before')
  t.equal(messageFor({ anyOf: [{ clientId: 'web' }, { anyOf: [{ roles: ['Admins'] }] }] }), `here.anyOf[1].anyOf[0].roles is invalid: ${role}`)
})

t.test('revocation needs a store that can be asked', async (t) => {
  const missing = 'here.revocation is invalid: expected the option "isRevoked" to be the very function of a list of fastify-cognito-auth/revocation; without one there is no store to ask'
  t.equal(messageFor({ revocation: 'ask' }), missing)
  const { isRevoked } = createRevocationList({ store: redisStore(async () => null) })
  for (const [option, canAsk] of [[isRevoked, true], [(user: object) => isRevoked(user), false], [null, false]] as const) {
    const read = readPluginOptions({ ...pool, ...(option === null ? {} : { isRevoked: option }) })
    t.equal(attainableWith(read.verifier, read.requests).canAskRevocation, canAsk)
  }
  t.doesNotThrow(() => assertAttainable({ revocation: 'ask' }, { ...attainable, canAskRevocation: true }, '/x', 'here'))
})

t.test('a match needs a parameter that the address of the route has', async (t) => {
  const table: ReadonlyArray<[url: string, names: readonly string[]]> = [
    ['/tenants/:tenant', ['tenant']], ['/:a/:b', ['a', 'b']], ['/:a-:b', ['a', 'b']], ['/:file.png', ['file']], ['/:id(^\\d+$)', ['id']],
    ['/:id((?:\\d|:x\\)))/:after', ['id', 'after']], ['/:optional?', ['optional']], ['/files/*', ['*']], ['/:a/*', ['a', '*']], ['/a::b', []], ['/x', []], ['*', ['*']]
  ]
  for (const [url, names] of table) {
    for (const name of ['tenant', 'a', 'b', 'file', 'id', 'after', 'optional', '*', 'x', 'toString']) {
      const expected = names.includes(name) ? 'attainable' : `here.match.sub is invalid: expected a parameter of ${url}; "${name}" is none of it`
      t.equal(messageFor({ match: { sub: `params.${name}` } }, url), expected)
    }
  }
  t.equal(messageFor({ match: { sub: 'params.id' } }, null), 'attainable', 'where the address is not known, the request decides')
  t.equal(messageFor({ match: { sub: 'query.id', jti: 'headers.x-id' } }), 'attainable')
})
