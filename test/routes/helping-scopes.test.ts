import t from 'tap'
import type { CognitoUser } from '../../src/claims/user.js'
import { helpingScopes } from '../../src/routes/helping-scopes.js'
import { readRequirement } from '../../src/routes/read-requirement.js'
import { judgedAt, requestWith, userWith } from '../support/rights.js'

const clock = { now: () => judgedAt * 1000, monotonic: () => 0 }
const reader = userWith({ scope: 'api/read' })
const nobody = userWith()

t.test('names the scopes with which the requirement would hold, and none where scopes alone would not help', async (t) => {
  const table: ReadonlyArray<readonly [requirement: object, user: CognitoUser, scopes: readonly string[]]> = [
    [{ scopes: ['api/read', 'api/write'] }, nobody, ['api/read', 'api/write']],
    [{ scopes: ['api/read', 'api/write'] }, reader, ['api/read', 'api/write']],
    [{ scopes: { all: ['api/write'] } }, reader, ['api/write']],
    [{ scopes: { any: ['api/write', 'api/admin'] } }, reader, ['api/write']],
    [{ scopes: { any: ['api/write', 'api/read'], all: ['api/admin'] } }, reader, ['api/admin', 'api/read']],
    [{ scopes: { any: ['api/write', 'api/admin'], all: ['api/admin'] } }, nobody, ['api/admin']],
    [{ scopes: { none: ['api/read'] } }, reader, []],
    [{ scopes: { all: ['api/write'], none: ['api/read'] } }, reader, []],
    [{ groups: ['Admins'] }, reader, []],
    [{ groups: ['Admins'], scopes: ['api/write'] }, reader, []],
    [{ roles: ['Admin'], scopes: ['api/write'] }, userWith({ 'cognito:groups': ['Admins'] }), ['api/write']],
    [{ claims: { tier: 'gold' }, scopes: ['api/write'] }, reader, []],
    [{ match: { sub: 'params.id' }, scopes: ['api/write'] }, reader, []],
    [{ maxAge: 60, scopes: ['api/write'] }, reader, []],
    [{ maxAge: 60, scopes: ['api/write'] }, userWith({ auth_time: judgedAt }), ['api/write']],
    [{ anyOf: [{ roles: ['Admin'] }, { scopes: ['api/write'] }] }, reader, ['api/write']],
    [{ anyOf: [{ roles: ['Admin'], scopes: ['api/admin'] }, { tokenUse: 'access', scopes: { any: ['api/write'] } }] }, reader, ['api/write']],
    [{ anyOf: [{ roles: ['Admin'] }, { groups: ['Admins'] }] }, reader, []],
    [{ scopes: ['api/write'], anyOf: [{ scopes: ['api/admin'] }, { scopes: ['api/read'] }] }, reader, ['api/write', 'api/read']],
    [{ scopes: ['api/write'], anyOf: [{ roles: ['Admin'] }, { clientId: 'c' }] }, reader, ['api/write']],
    [{ scopes: { none: ['api/write'] }, anyOf: [{ scopes: ['api/write'] }] }, reader, []],
    [{ anyOf: [{ scopes: ['api/a', 'api/b'] }, { scopes: ['api/read', 'api/c'] }, { scopes: ['api/d'], roles: ['Admin'] }] }, reader, ['api/read', 'api/c']],
    [{ anyOf: [{ scopes: ['api/a', 'api/b'] }, { scopes: ['api/read', 'api/c'] }] }, nobody, ['api/a', 'api/b']],
    [{ anyOf: [{ anyOf: [{ roles: ['Admin'] }, { scopes: ['api/write'] }] }, { clientId: 'd' }] }, reader, ['api/write']]
  ]
  for (const [requirement, user, scopes] of table) {
    t.strictSame(helpingScopes(user, readRequirement(requirement, 'here'), requestWith(), clock, new Set()), scopes, JSON.stringify(requirement))
  }
})
