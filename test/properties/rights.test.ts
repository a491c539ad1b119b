/** Generated requirements and users: what the guards say, beside what the words of the requirement say. */
import fc from 'fast-check'
import t from 'tap'
import type { CognitoUser } from '../../src/claims/user.js'
import { judgedAt, lackOf, userWith } from '../support/rights.js'

interface Lists { readonly any?: readonly string[], readonly all?: readonly string[], readonly none?: readonly string[] }

interface Written {
  readonly groups?: readonly string[] | Lists
  readonly roles?: readonly string[] | Lists
  readonly scopes?: readonly string[] | Lists
  readonly tokenUse?: string
  readonly clientId?: string
  readonly claims?: Readonly<Record<string, unknown>>
  readonly maxAge?: number
  readonly anyOf?: readonly Written[]
}

const runs = { numRuns: 2_000 }
const names = ['a', 'b', 'c', 'toString']
const someNames = fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 3 })
const values = fc.constantFrom<string | number | boolean>('1', 1, true, 'true', 'a', '')
const claimNames = fc.constantFrom('tier', 'level', 'constructor')

// A name both asked for and barred is refused when it is declared.
const lists: fc.Arbitrary<Lists> = fc.record({ any: someNames, all: someNames, none: someNames }, { requiredKeys: [] })
  .filter((given) => Object.keys(given).length > 0 && !(given.none ?? []).some((name) => given.any?.includes(name) === true || given.all?.includes(name) === true))
const namesOrLists = fc.oneof(someNames, lists)
// A user has one role.
const roleNames = fc.uniqueArray(fc.constantFrom('Admin', 'Auditor', 'a'), { minLength: 1, maxLength: 2 })
const roles = fc.oneof(roleNames, roleNames.map((none) => ({ none })), fc.constantFrom('Admin', 'Auditor').map((name) => ({ all: [name] })))

const everyMember = fc.record({
  groups: namesOrLists,
  roles,
  scopes: namesOrLists,
  tokenUse: fc.constantFrom('access', 'id'),
  clientId: fc.constantFrom('c', 'd'),
  claims: fc.dictionary(claimNames, fc.oneof(values, fc.array(values, { minLength: 1, maxLength: 3 })), { minKeys: 1, maxKeys: 2 }),
  maxAge: fc.integer({ min: 1, max: 100 })
})
const memberNames = ['groups', 'roles', 'scopes', 'tokenUse', 'clientId', 'claims', 'maxAge'] as const

function someMembers (minLength: number, maxLength: number): fc.Arbitrary<Written> {
  return fc.tuple(everyMember, fc.subarray([...memberNames], { minLength, maxLength }))
    .map(([all, chosen]) => Object.fromEntries(chosen.map((name) => [name, all[name]])))
}

const { written } = fc.letrec<{ written: Written }>((tie) => ({
  written: fc.oneof({ maxDepth: 4 }, someMembers(1, 3), fc.tuple(someMembers(0, 1), fc.array(tie('written'), { minLength: 1, maxLength: 3 })).map(([members, anyOf]) => ({ ...members, anyOf })))
}))
const requirement = written.filter((given) => depthOf(given) <= 4)

const user = fc.record({
  'cognito:groups': fc.uniqueArray(fc.constantFrom(...names, 'Admins', 'Auditors'), { maxLength: 4 }),
  scope: fc.uniqueArray(fc.constantFrom(...names), { maxLength: 4 }).map((scopes) => scopes.join(' ')),
  token_use: fc.constantFrom('access', 'id'),
  tier: fc.oneof(values, fc.array(values, { maxLength: 3 }), fc.constant({ a: 'a' }), fc.constant(null)),
  level: values,
  auth_time: fc.oneof(fc.integer({ min: judgedAt - 120, max: judgedAt }), fc.constant(String(judgedAt)))
}, { requiredKeys: ['token_use'] }).map((claims) => userWith({ ...claims, aud: 'c' }))

function depthOf ({ anyOf = [] }: Written): number {
  return Math.max(0, ...anyOf.map((one) => 1 + depthOf(one)))
}

/** The words of a requirement, one after the other, without regard for order, cost or reasons. */
function holds (written: Written, user: CognitoUser): boolean {
  const namesHold = (asked: readonly string[] | Lists | undefined, has: readonly string[], plain: 'any' | 'all'): boolean => {
    if (asked === undefined) return true
    const lists: Lists = Array.isArray(asked) ? { [plain]: asked as readonly string[] } : asked as Lists
    return (lists.any === undefined || lists.any.filter((name) => has.indexOf(name) >= 0).length > 0) &&
      (lists.all ?? []).filter((name) => has.indexOf(name) < 0).length === 0 &&
      (lists.none ?? []).filter((name) => has.indexOf(name) >= 0).length === 0
  }
  const claims = new Map(Object.entries(user.claims))
  const claimsHold = Object.entries(written.claims ?? {}).map(([name, expected]) => {
    const actual = claims.get(name)
    const accepted = new Set([expected].flat())
    return [actual].flat().some((value) => accepted.has(value)) && !(Array.isArray(actual) && actual.length === 0)
  })
  const signedIn = claims.get('auth_time')
  return [
    namesHold(written.groups, user.groups, 'any'),
    namesHold(written.roles, user.role === null ? [] : [user.role], 'any'),
    namesHold(written.scopes, user.scopes, 'all'),
    written.tokenUse === undefined || written.tokenUse === user.tokenUse,
    written.clientId === undefined || written.clientId === user.clientId,
    ...claimsHold,
    written.maxAge === undefined || (typeof signedIn === 'number' && judgedAt - signedIn <= written.maxAge),
    written.anyOf === undefined || written.anyOf.map((one) => holds(one, user)).includes(true)
  ].every((each) => each)
}

t.test('the guards agree with the words of a requirement', async (t) => {
  let letIn = 0
  fc.assert(fc.property(requirement, user, (written, user) => {
    const expected = holds(written, user)
    if (expected) letIn++
    return (lackOf(user, written) === null) === expected
  }), runs)
  t.ok(letIn > 100, `some are let in: ${letIn}`)
})

t.test('one member more never lets in who was refused', async (t) => {
  fc.assert(fc.property(requirement, requirement, user, (one, other, user) => {
    const more = { ...other, ...one }
    return lackOf(user, more) !== null || lackOf(user, one) === null
  }), runs)
  t.pass('for all of them')
})

t.test('alternatives let in exactly those whom one of them lets in', async (t) => {
  const flat = written.filter((given) => depthOf(given) <= 3)
  fc.assert(fc.property(fc.array(flat, { minLength: 1, maxLength: 4 }), user, (anyOf, user) => {
    const best = anyOf.some((one) => lackOf(user, one) === null)
    return (lackOf(user, { anyOf }) === null) === best
  }), runs)
  t.pass('for all of them')
})

t.test('every refusal has a reason, and only those whom nothing but a sign-in would help are sent to one', async (t) => {
  fc.assert(fc.property(requirement, user, (written, user) => {
    const lack = lackOf(user, written)
    if (lack === null) return true
    const fresh = userWith({ ...user.claims, auth_time: judgedAt })
    const helps = lackOf(fresh, written) === null
    return lack.code === (helps ? 'FST_COGNITO_REAUTHENTICATION_REQUIRED' : 'FST_COGNITO_FORBIDDEN')
  }), runs)
  t.pass('for all of them')
})
