import t from 'tap'
import { readRequirement, readRouteAuth, routeInvalid, rules } from '../../src/routes/requirement.js'

const none = { groups: null, roles: null, scopes: null, tokenUses: null }
const modes = '"public", "optional", "required" or an object with groups, roles, scopes or tokenUse'

t.test('the three modes are rules without a requirement', async (t) => {
  for (const mode of ['public', 'optional', 'required'] as const) {
    t.equal(readRouteAuth(mode, 'here'), rules[mode])
    t.strictSame(rules[mode], { mode, requirement: null })
    t.ok(Object.isFrozen(rules[mode]))
  }
})

t.test('a requirement makes the mode "required"', async (t) => {
  const rule = readRouteAuth({ groups: ['Admins'] }, 'here')
  t.strictSame(rule, { mode: 'required', requirement: { ...none, groups: ['Admins'] } })
  t.ok(Object.isFrozen(rule))
})

t.test('members that are not given are null', async (t) => {
  const table: ReadonlyArray<[value: object, requirement: object]> = [
    [{ groups: ['a', 'b'] }, { ...none, groups: ['a', 'b'] }],
    [{ roles: ['a'] }, { ...none, roles: ['a'] }],
    [{ scopes: ['files/read', '!#[]~'] }, { ...none, scopes: ['files/read', '!#[]~'] }],
    [{ tokenUse: 'id' }, { ...none, tokenUses: ['id'] }],
    [{ tokenUse: ['access', 'id'] }, { ...none, tokenUses: ['access', 'id'] }],
    [{ groups: ['a'], roles: ['b'], scopes: ['c'], tokenUse: 'access' }, { groups: ['a'], roles: ['b'], scopes: ['c'], tokenUses: ['access'] }]
  ]
  for (const [value, requirement] of table) t.strictSame(readRequirement(value, 'here'), requirement)
})

t.test('is copied and frozen: what the application changes later does not count', async (t) => {
  const groups = ['Admins']
  const requirement = readRequirement({ groups }, 'here')
  groups.push('Everyone')
  t.strictSame(requirement.groups, ['Admins'])
  t.ok(Object.isFrozen(requirement))
  t.ok(Object.isFrozen(requirement.groups))
})

t.test('an unknown value is refused, with the place where it stands', async (t) => {
  const values = [
    undefined, null, true, false, 0, 1, '', 'Public', 'PUBLIC', ' public', 'none', 'toString', '__proto__', Symbol('public'),
    [], ['required'], () => 'public', new Map(), new Date(), Object.create({ groups: ['a'] })
  ]
  for (const value of values) {
    t.throws(() => readRouteAuth(value, 'config.auth of route GET /x'), {
      code: 'FST_COGNITO_ROUTE_INVALID',
      message: `fastify-cognito-auth: config.auth of route GET /x is invalid: expected ${modes}`
    }, String(value))
  }
})

t.test('an empty object is refused: it is unclear whether it lets everyone in or no one', async (t) => {
  for (const value of [{}, Object.create(null)]) {
    t.throws(() => readRequirement(value, 'here'), {
      code: 'FST_COGNITO_ROUTE_INVALID',
      message: 'fastify-cognito-auth: here is invalid: expected at least one of groups, roles, scopes, tokenUse; for any user say "required"'
    })
  }
})

t.test('a member of another name is refused, beside good ones too', async (t) => {
  for (const [name, value] of [
    ['group', { group: ['a'] }], ['role', { groups: ['a'], role: 'b' }], ['Scopes', { Scopes: ['a'] }],
    ['mode', { mode: 'public' }], ['__proto__', JSON.parse('{"__proto__":["a"]}') as object]
  ] as const) {
    t.throws(() => readRequirement(value, 'here'), {
      code: 'FST_COGNITO_ROUTE_INVALID',
      message: `fastify-cognito-auth: here.${name} is invalid: expected no member of this name; known are groups, roles, scopes, tokenUse`
    }, name)
  }
})

t.test('bad lists are refused, each with its path', async (t) => {
  const lists: unknown[] = [undefined, null, [], 'a', [''], [1], ['a', ''], ['a', null], ['a', undefined], new Array(1), new Set(['a']), { 0: 'a', length: 1 }, true]
  for (const name of ['groups', 'roles', 'scopes']) {
    for (const list of lists) {
      t.throws(() => readRequirement({ [name]: list }, 'here'), {
        code: 'FST_COGNITO_ROUTE_INVALID',
        message: `fastify-cognito-auth: here.${name} is invalid: expected a non-empty array of ${name}`
      }, `${name} ${JSON.stringify(list)}`)
    }
  }
})

t.test('a scope that could not be one, or would break the challenge, is refused', async (t) => {
  for (const scope of ['a b', 'a"', 'a\\b', 'ä', 'a\n', '\x7f', ' ']) {
    t.throws(() => readRequirement({ scopes: [scope] }, 'here'), { code: 'FST_COGNITO_ROUTE_INVALID', message: /here\.scopes is invalid/ }, JSON.stringify(scope))
  }
})

t.test('a kind of token that does not exist is refused', async (t) => {
  for (const tokenUse of [undefined, null, '', 'refresh', 'ID', [], ['id', 'refresh'], [['id']], 1]) {
    t.throws(() => readRequirement({ tokenUse }, 'here'), {
      code: 'FST_COGNITO_ROUTE_INVALID',
      message: 'fastify-cognito-auth: here.tokenUse is invalid: expected "access", "id" or both in an array'
    }, JSON.stringify(tokenUse))
  }
})

t.test('the error of a route names the place and what is expected there', async (t) => {
  t.match(routeInvalid('config.auth of route GET /', 'better'), {
    code: 'FST_COGNITO_ROUTE_INVALID', message: 'fastify-cognito-auth: config.auth of route GET / is invalid: expected better'
  })
})
