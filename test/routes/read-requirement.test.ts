import t from 'tap'
import { readRequirement, readRouteAuth } from '../../src/routes/read-requirement.js'
import { rules } from '../../src/routes/requirement.js'
import { routeInvalid } from '../../src/routes/route-invalid.js'

const known = 'tokenUse, clientId, userPools, groups, roles, scopes, claims, match, anyOf, maxAge, check, revocation'
const isOwner = (): boolean => true

/** What a value is refused with, without the part that all refusals begin with. */
function messageFor (value: unknown): string {
  try {
    readRequirement(value, 'here')
    return 'accepted'
  } catch (error) {
    t.match(error, { code: 'FST_COGNITO_ROUTE_INVALID' })
    return (error as Error).message.replace('fastify-cognito-auth: ', '')
  }
}

t.test('the three modes are rules without a requirement', async (t) => {
  for (const mode of ['public', 'optional', 'required'] as const) {
    t.equal(readRouteAuth(mode, 'here'), rules[mode])
    t.strictSame(rules[mode], { mode, requirement: null })
    t.ok(Object.isFrozen(rules[mode]))
  }
})

t.test('a requirement makes the mode "required"', async (t) => {
  const rule = readRouteAuth({ groups: ['Admins'] }, 'here')
  t.equal(rule.mode, 'required')
  t.strictSame(rule.requirement?.shown, { groups: ['Admins'] })
  t.ok(Object.isFrozen(rule))
})

t.test('a requirement is shown as it was written, one name as a list and a check by its name', async (t) => {
  const table: ReadonlyArray<[value: object, shown: object]> = [
    [{ groups: ['a', 'b'] }, { groups: ['a', 'b'] }],
    [{ groups: { any: ['a'], none: ['b'] } }, { groups: { any: ['a'], none: ['b'] } }],
    [{ roles: { all: ['a', 'a'] } }, { roles: { all: ['a', 'a'] } }],
    [{ scopes: ['files/read', '!#[]~'] }, { scopes: ['files/read', '!#[]~'] }],
    [{ scopes: { any: ['a'], all: ['b'], none: ['c'] } }, { scopes: { any: ['a'], all: ['b'], none: ['c'] } }],
    [{ tokenUse: 'id', clientId: 'c' }, { tokenUse: ['id'], clientId: ['c'] }],
    [{ tokenUse: ['access', 'id'], clientId: ['c', 'd'] }, { tokenUse: ['access', 'id'], clientId: ['c', 'd'] }],
    [{ claims: { tier: 'gold', level: [1, 2], verified: true } }, { claims: { tier: ['gold'], level: [1, 2], verified: [true] } }],
    [{ match: { sub: 'params.id' } }, { match: { sub: 'params.id' } }],
    [{ maxAge: 300, check: isOwner }, { maxAge: 300, check: 'isOwner' }],
    [{ check: (() => () => true)() }, { check: 'a function' }],
    [{ revocation: 'ask' }, { revocation: 'ask' }],
    [{ roles: ['a'], revocation: 'ask' }, { roles: ['a'], revocation: 'ask' }],
    [{ anyOf: [{ roles: ['a'] }, { anyOf: [{ check: isOwner }] }] }, { anyOf: [{ roles: ['a'] }, { anyOf: [{ check: 'isOwner' }] }] }]
  ]
  for (const [value, shown] of table) t.strictSame(readRequirement(value, 'here').shown, shown)
})

t.test('is copied and frozen, all of it: what the application changes later does not count', async (t) => {
  const inner = { claims: { tier: ['gold'] }, match: { sub: 'params.id' }, clientId: ['c'], tokenUse: ['id'] }
  const value = { groups: ['Admins'], scopes: { any: ['a'] }, anyOf: [inner] }
  const { shown, conditions, anyOf } = readRequirement(value, 'here')
  const before = structuredClone(shown)
  value.groups.push('Everyone')
  value.scopes.any[0] = 'b'
  inner.claims.tier.push('bronze')
  inner.match.sub = 'query.id'
  inner.clientId.push('d')
  value.anyOf.push({ ...inner, tokenUse: ['access'] })
  t.strictSame(shown, before)
  const assertFrozen = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return
    t.ok(Object.isFrozen(part), JSON.stringify(part))
    Object.values(part).forEach(assertFrozen)
  }
  assertFrozen(shown)
  assertFrozen(conditions)
  assertFrozen(anyOf)
})

t.test('every member, element and list is read once: a getter and an iterator have no second say', async (t) => {
  let reads = 0
  const once = <V>(first: V, later: V) => ({ get: () => (reads++ === 0 ? first : later), enumerable: true })
  const groups = Object.defineProperty([''], 0, once('Admins', 'Everyone'))
  t.strictSame(readRequirement({ groups }, 'here').shown, { groups: ['Admins'] })
  reads = 0
  t.strictSame(readRequirement(Object.defineProperty({}, 'maxAge', once(60, 1e9)), 'here').shown, { maxAge: 60 })
  reads = 0
  t.strictSame(readRequirement({ claims: Object.defineProperty({}, 'tier', once('gold', 'any')) }, 'here').shown, { claims: { tier: ['gold'] } })
  reads = 0
  t.strictSame(readRequirement(Object.defineProperty({}, 'anyOf', once([{ groups: ['a'] }], [])), 'here').shown, { anyOf: [{ groups: ['a'] }] })
  const iterable = Object.assign(['Admins'], { * [Symbol.iterator] () { yield 'Everyone' } })
  t.strictSame(readRequirement({ groups: iterable }, 'here').shown, { groups: ['Admins'] })
})

t.test('an unknown value is refused, with the place where it stands', async (t) => {
  const values = [
    undefined, null, true, false, 0, 1, '', 'Public', 'PUBLIC', ' public', 'none', 'toString', '__proto__', Symbol('public'),
    [], ['required'], () => 'public', new Map(), new Date(), Object.create({ groups: ['a'] }), {}, Object.create(null)
  ]
  for (const value of values) {
    t.throws(() => readRouteAuth(value, 'route GET /x: config.auth'), {
      code: 'FST_COGNITO_ROUTE_INVALID',
      message: `fastify-cognito-auth: route GET /x: config.auth is invalid: expected "public", "optional", "required" or an object with at least one of ${known}`
    }, String(typeof value))
  }
})

t.test('a member of another name is refused, beside good ones too, and the right name is said', async (t) => {
  const wrong: ReadonlyArray<[name: string, value: object, meant?: string]> = [
    ['group', { group: ['a'] }, 'groups'], ['role', { groups: ['a'], role: 'b' }, 'roles'], ['scope', { scope: 'a' }, 'scopes'],
    ['clientID', { clientID: 'c' }, 'clientId'], ['max_age', { max_age: 1 }, 'maxAge'], ['oneOf', { oneOf: [] }, 'anyOf'],
    ['Scopes', { Scopes: ['a'] }], ['mode', { mode: 'public' }], ['toString', { toString: 1, groups: ['a'] }],
    ['__proto__', JSON.parse('{"__proto__":["a"]}') as object], ['Symbol(x)', { groups: ['a'], [Symbol('x')]: 1 }],
    ['hidden', Object.defineProperty({ groups: ['a'] }, 'hidden', { value: 1, enumerable: false })]
  ]
  for (const [name, value, meant] of wrong) {
    t.equal(messageFor(value), `here.${name} is invalid: expected no member of this name; ${meant === undefined ? '' : `write ${meant}; `}known are ${known}`)
  }
})

t.test('bad lists are refused, each with its path', async (t) => {
  const lists: unknown[] = [undefined, null, [], 'a', [''], [1], ['a', ''], ['a', null], ['a', undefined], new Array(1), new Set(['a']), true, [['a']]]
  for (const name of ['groups', 'roles', 'scopes']) {
    for (const list of [...lists, {}]) {
      t.equal(messageFor({ [name]: list }), `here.${name} is invalid: expected a non-empty array of ${name}, or an object with any, all or none`)
    }
    for (const list of lists) {
      for (const part of ['any', 'all', 'none']) t.equal(messageFor({ [name]: { [part]: list } }), `here.${name}.${part} is invalid: expected a non-empty array of ${name}`)
    }
    t.equal(messageFor({ [name]: { any: ['a'], some: ['b'] } }), `here.${name}.some is invalid: expected no member of this name; known are any, all, none`)
    t.match(messageFor({ [name]: { 0: 'admin', length: 1 } }), `here.${name}.0 is invalid`)
  }
})

t.test('a name that is asked for and barred at once is refused, and so are two roles at once', async (t) => {
  for (const part of ['any', 'all']) {
    t.equal(messageFor({ groups: { [part]: ['a', 'b'], none: ['c', 'b'] } }), 'here.groups.none is invalid: expected none of the names beside it; "b" is one')
  }
  t.equal(messageFor({ roles: { all: ['a', 'b'] } }), 'here.roles.all is invalid: expected one role, since a user has no more than one')
  t.equal(messageFor({ groups: { all: ['a', 'b'] } }), 'accepted')
})

t.test('a scope that could not be one, or would break the challenge, is refused', async (t) => {
  for (const scope of ['a b', 'a"', 'a\\b', 'ä', 'a\n', '\x7f', ' ']) {
    t.match(messageFor({ scopes: [scope] }), /^here\.scopes is invalid/, JSON.stringify(scope))
    t.match(messageFor({ scopes: { any: [scope] } }), /^here\.scopes\.any is invalid/, JSON.stringify(scope))
  }
})

t.test('a kind of token that does not exist, and an app client that is none, are refused', async (t) => {
  for (const tokenUse of [undefined, null, '', 'refresh', 'ID', [], ['id', 'refresh'], [['id']], 1]) {
    t.equal(messageFor({ tokenUse }), 'here.tokenUse is invalid: expected "access", "id" or both in an array')
  }
  for (const clientId of [undefined, null, '', [], [''], [1], {}]) {
    t.equal(messageFor({ clientId }), 'here.clientId is invalid: expected an app client id or a non-empty array of them')
  }
})

t.test('bad claims are refused, each with its path', async (t) => {
  for (const claims of [undefined, null, {}, [], ['tier'], 'tier', new Map([['tier', 'gold']])]) {
    t.equal(messageFor({ claims }), 'here.claims is invalid: expected an object from claim to value, with at least one')
  }
  for (const tier of [undefined, null, {}, [], [null], [['gold']], new Array(1), NaN, Infinity, [1, NaN], 1n, Symbol('gold'), () => 'gold']) {
    t.equal(messageFor({ claims: { tier } }), 'here.claims.tier is invalid: expected a string, a finite number, a boolean, or a non-empty array of these')
  }
})

t.test('a match needs a place in the request, with a name', async (t) => {
  for (const match of [undefined, null, {}, [], 'params.id']) {
    t.equal(messageFor({ match }), 'here.match is invalid: expected an object from claim to a place in the request, with at least one')
  }
  for (const sub of [undefined, null, 1, '', 'params', 'params.', 'param.id', 'id', 'body.id', 'Params.id', ' params.id', 'headers.', 'headers.x y', 'headers.ä', ['params.id'], {}]) {
    t.equal(messageFor({ match: { sub } }), 'here.match.sub is invalid: expected "params.…", "query.…" or "headers.…" with a name, or "host"')
  }
  for (const sub of ['params.id', 'params.*', 'query.a.b', 'query.é', 'headers.X-Tenant']) t.equal(messageFor({ match: { sub } }), 'accepted')
})

t.test('revocation is asked or not a member at all, and belongs to the whole requirement', async (t) => {
  for (const revocation of [undefined, null, true, false, 'Ask', 'poll', ['ask'], {}]) t.equal(messageFor({ revocation }), 'here.revocation is invalid: expected "ask"')
  t.equal(messageFor({ anyOf: [{ roles: ['a'] }, { groups: ['b'], revocation: 'ask' }] }), 'here.anyOf[1].revocation is invalid: expected no such member in an alternative; it belongs beside anyOf')
  t.equal(messageFor({ anyOf: [{ anyOf: [{ revocation: 'ask' }] }] }), 'here.anyOf[0].anyOf[0].revocation is invalid: expected no such member in an alternative; it belongs beside anyOf')
})

t.test('maxAge is a whole number of seconds, check a function', async (t) => {
  for (const maxAge of [undefined, null, 0, -1, 1.5, NaN, Infinity, '300', [300], 2 ** 31]) {
    t.equal(messageFor({ maxAge }), 'here.maxAge is invalid: expected seconds, an integer from 1 to 2147483647')
  }
  for (const check of [undefined, null, true, 'isOwner', {}, [isOwner]]) t.equal(messageFor({ check }), 'here.check is invalid: expected a function of user and request')
})

t.test('alternatives nest to four levels, each with its path, and no further', async (t) => {
  for (const anyOf of [undefined, null, [], {}, 'required', { groups: ['a'] }]) {
    t.equal(messageFor({ anyOf }), 'here.anyOf is invalid: expected a non-empty array of requirements')
  }
  for (const one of [undefined, 'required', {}, [], null]) {
    t.equal(messageFor({ anyOf: [{ groups: ['a'] }, one] }), `here.anyOf[1] is invalid: expected an object with at least one of ${known}`)
  }
  t.match(messageFor({ anyOf: [{ anyOf: [{ role: ['a'] }] }] }), /^here\.anyOf\[0\]\.anyOf\[0\]\.role is invalid/)
  const nested = (levels: number): object => (levels === 0 ? { groups: ['a'] } : { anyOf: [nested(levels - 1)] })
  t.equal(messageFor(nested(4)), 'accepted')
  t.equal(messageFor(nested(5)), 'here.anyOf[0].anyOf[0].anyOf[0].anyOf[0].anyOf is invalid: expected no more than 4 levels of anyOf')
  const endless: { anyOf: unknown[] } = { anyOf: [] }
  endless.anyOf.push(endless)
  t.match(messageFor(endless), /no more than 4 levels of anyOf$/)
})

t.test('the error of a route names the place and what is expected there', async (t) => {
  t.match(routeInvalid('route GET /: config.auth', 'better'), {
    code: 'FST_COGNITO_ROUTE_INVALID', message: 'fastify-cognito-auth: route GET /: config.auth is invalid: expected better'
  })
})
