/** The types after an application has merged its role names, its user and a claim. */
import Fastify from 'fastify'
import cognitoAuth, { authenticate, authorize, createVerifier, getUser, judge } from 'fastify-cognito-auth'
import type { AuthRequirement, CognitoUser, Reason, RouteAuthConfig, Role, User } from 'fastify-cognito-auth'
import { createTestUserPool } from 'fastify-cognito-auth/testing'
import { exactly } from '../equal.js'
import type { Employee } from './merge.js'

type EmployeeRole = 'Admin' | 'Auditor' | 'Operator'

const handler = async (): Promise<string> => 'ok'
const mapUser = async (account: CognitoUser): Promise<Employee> => ({ id: 1, name: account.sub, account })

/** Never called: these are questions to the compiler. */
export async function merged (role: Role, account: CognitoUser, user: User): Promise<void> {
  const pool = createTestUserPool()
  const app = Fastify()

  exactly<EmployeeRole>()(role, true)
  exactly<EmployeeRole | null>()(account.role, true)
  exactly<Employee>()(user, true)
  exactly<Employee>()(await createVerifier({ ...pool.options, mapUser }).verify(''), true)
  exactly<Employee>()(await app.cognitoAuth.verify(''), true)
  if (account.tokenUse === 'id') exactly<string | undefined>()(account.claims['custom:tenant'], true)

  // Options.
  void app.register(cognitoAuth, { ...pool.options, mapUser, roles: { Admins: 'Admin' }, defaultRole: 'Operator' })
  void app.register(cognitoAuth, { ...pool.options, isRevoked: ({ id }) => id === 1, defaultRole: null })
  // @ts-expect-error A role that does not exist.
  void app.register(cognitoAuth, { ...pool.options, roles: { Admins: 'Administrator' } })
  // @ts-expect-error A default role that does not exist.
  void app.register(cognitoAuth, { ...pool.options, defaultRole: 'Guest' })
  // @ts-expect-error Not the user that was merged.
  void app.register(cognitoAuth, { ...pool.options, mapUser: (account) => account })

  // The request.
  app.get('/me', { preHandler: authenticate }, async (request) => {
    exactly<Employee | null>()(request.user, true)
    exactly<Employee>()(getUser(request), true)
    // @ts-expect-error That is in `account`.
    request.user?.sub.at(0)
    return request.user?.account.sub
  })

  // Requirements: in config, by both functions, by name.
  app.get('/', { config: { auth: { roles: ['Auditor', 'Admin'] } } }, handler)
  // @ts-expect-error A role that does not exist, in the short form,
  app.get('/', { config: { auth: { roles: ['Auditor', 'Administrator'] } } }, handler)
  // @ts-expect-error in the long form,
  app.route({ method: 'GET', url: '/', config: { auth: { roles: ['Administrator'] } }, handler })
  // @ts-expect-error beside a good member,
  app.get('/', { config: { auth: { groups: ['Admins'], roles: ['Administrator'] } } }, handler)
  app.get('/', { preHandler: app.authorize({ roles: ['Admin'] }) }, handler)
  // @ts-expect-error in the hook of the instance,
  app.get('/', { preHandler: app.authorize({ roles: ['admin'] }) }, handler)
  // @ts-expect-error in the imported hook,
  app.get('/', { preHandler: authorize({ roles: ['Administrator'] }) }, handler)
  // @ts-expect-error and in a value of the type.
  const requirement: AuthRequirement = { roles: ['Guest'] }
  const config: RouteAuthConfig = requirement
  app.get('/', { config: { auth: config } }, handler)

  // Names in every form, and claims: the documented ones and those that were merged.
  app.get('/', { config: { auth: { roles: { none: ['Operator'] }, anyOf: [{ roles: ['Admin'] }, { roles: { any: ['Auditor'] } }] } } }, handler)
  app.get('/', { config: { auth: { claims: { 'custom:tenant': 'acme', email_verified: true }, match: { sub: 'params.id', 'custom:tenant': 'params.tenant' } } } }, handler)
  app.get('/', { config: { auth: { check: ({ id }) => id === 1 } } }, handler)
  exactly<Reason | null>()(judge(account, { roles: ['Admin'], claims: { 'custom:tenant': 'acme' } }), true)
  // @ts-expect-error A role that does not exist, in a list,
  app.get('/', { config: { auth: { roles: { any: ['Administrator'] } } } }, handler)
  // @ts-expect-error in an alternative,
  app.get('/', { config: { auth: { anyOf: [{ roles: ['Administrator'] }] } } }, handler)
  // @ts-expect-error in a rule for a context,
  app.defaultAuth({ roles: ['Administrator'] })
  // @ts-expect-error and in a rule below a route.
  judge(account, { roles: ['Administrator'] })
  // @ts-expect-error A claim that does not exist,
  app.get('/', { config: { auth: { claims: { 'custom:tenent': 'acme' } } } }, handler)
  // @ts-expect-error beside one that does,
  authorize({ claims: { sub: 's', 'custom:tenent': 'acme' } })
  // @ts-expect-error in a match,
  app.get('/', { config: { auth: { match: { 'custom:tenent': 'params.tenant' } } } }, handler)
  // @ts-expect-error and in no claims at all.
  app.get('/', { config: { auth: { claims: 'custom:tenant' } } }, handler)
}
