/** What must not compile: each mistake stands under the directive that would itself be an error if it compiled. */
import Fastify from 'fastify'
import type { FastifyRequest } from 'fastify'
import cognitoAuth, { authenticate, authorize, createVerifier, getUser, judge } from '../../src/index.js'
import type { AuthRequirement, CognitoAuthOptions, Reason, RouteAuthConfig, VerifierOptions } from '../../src/index.js'
import { exactly } from './equal.js'

const pool = { userPoolId: 'us-east-1_EXAMPLE01', clientId: '1example23456789' }
const handler = async (): Promise<string> => 'ok'

/** Never called: these are questions to the compiler, and some would throw. */
export function refused (): void {
  const app = Fastify()

  // The assertion itself tells types apart.
  const text: unknown = 'text'
  exactly<unknown>()(text, true)
  exactly<string>()(text, false)
  // @ts-expect-error Not the same type, so `true` does not stand for it.
  exactly<string>()(text, true)

  // Options of the plugin.
  void app.register(cognitoAuth, pool)
  void app.register(cognitoAuth, { userPools: [pool, { ...pool, tokenUse: 'id' }], defaultAuth: 'required', roles: { Admins: 'Admin' } })
  // @ts-expect-error A misspelt name.
  void app.register(cognitoAuth, { userPoolId: 'us-east-1_EXAMPLE01', clientID: '1example23456789' })
  // @ts-expect-error An unknown name beside the known ones.
  void app.register(cognitoAuth, { ...pool, audiences: ['https://api.example.com'] })
  // @ts-expect-error No app client.
  void app.register(cognitoAuth, { userPoolId: 'us-east-1_EXAMPLE01' })
  // @ts-expect-error No options at all.
  void app.register(cognitoAuth)
  // @ts-expect-error An unknown mode.
  void app.register(cognitoAuth, { ...pool, defaultAuth: 'private' })
  // @ts-expect-error A refresh token is no credential.
  void app.register(cognitoAuth, { ...pool, tokenUse: 'refresh' })
  // @ts-expect-error An unknown name in a group of options.
  void app.register(cognitoAuth, { ...pool, keys: { maxAge: 1 } })
  // @ts-expect-error The cache is switched off by `false`; `true` says nothing.
  void app.register(cognitoAuth, { ...pool, cache: true })
  // @ts-expect-error An optional setting that may be undefined is a missing environment variable, found here.
  void app.register(cognitoAuth, { ...pool, realm: undefined as string | undefined })
  // @ts-expect-error The answer has to be yes or no.
  void app.register(cognitoAuth, { ...pool, isRevoked: () => 'yes' })
  // @ts-expect-error A user is an object with what CognitoUser promises, unless another type was merged.
  void app.register(cognitoAuth, { ...pool, mapUser: (user) => user.sub })
  const options: CognitoAuthOptions = { ...pool, getToken: (request) => request.headers.authorization }
  void app.register(cognitoAuth, options)

  // Options of a verifier: the plugin's, without those that need a request.
  createVerifier(pool)
  // @ts-expect-error There is no request to find a token in.
  createVerifier({ ...pool, getToken: () => null })
  // @ts-expect-error There is no route to have a default.
  const verifierOptions: VerifierOptions = { ...pool, defaultAuth: 'required' }
  createVerifier(verifierOptions)

  // config.auth, in shorthand, in route() and as a value.
  app.get('/', { config: { auth: 'public' } }, handler)
  app.get('/', { config: { auth: { groups: ['Admins'], roles: ['Admin'], scopes: ['api/read'], tokenUse: ['access'] } } }, handler)
  // @ts-expect-error An unknown mode.
  app.get('/', { config: { auth: 'require' } }, handler)
  // @ts-expect-error A boolean says neither what nor whom.
  app.get('/', { config: { auth: true } }, handler)
  // @ts-expect-error An unknown member.
  app.get('/', { config: { auth: { group: ['Admins'] } } }, handler)
  // @ts-expect-error Nothing required, or nobody let in: nobody could tell.
  app.get('/', { config: { auth: {} } }, handler)
  // @ts-expect-error One name is an array of one.
  app.get('/', { config: { auth: { groups: 'Admins' } } }, handler)
  // @ts-expect-error Nor is it a list of names.
  app.get('/', { config: { auth: { groups: { any: 'Admins' } } } }, handler)
  // @ts-expect-error No list at all.
  app.get('/', { config: { auth: { groups: {} } } }, handler)
  // @ts-expect-error No list of this name.
  app.get('/', { config: { auth: { groups: { some: ['Admins'] } } } }, handler)
  // @ts-expect-error The compiler says to write `roles`.
  app.get('/', { config: { auth: { role: ['Admin'] } } }, handler)
  // @ts-expect-error And it does so beside a good member, too.
  app.get('/', { config: { auth: { groups: ['Admins'], role: ['Admin'] } } }, handler)
  app.get('/', { config: { auth: { groups: { any: ['a'], all: ['b'], none: ['c'] }, clientId: 'c', claims: { tier: ['gold', 1, true] }, maxAge: 300 } } }, handler)
  app.get('/', { config: { auth: { match: { 'custom:tenant': 'params.tenant', sub: 'headers.x-user' } } } }, handler)
  app.get('/', { config: { auth: { anyOf: [{ roles: ['Admin'] }, { tokenUse: 'access', anyOf: [{ scopes: { any: ['api/read'] } }] }] } } }, handler)
  app.get('/', { config: { auth: { check: (user, request) => user.sub === request.id } } }, handler)
  app.get('/', { config: { auth: { check: async (user, request: FastifyRequest<{ Params: { id: string } }>) => user.sub === request.params.id } } }, handler)
  // @ts-expect-error A check answers true or false.
  app.get('/', { config: { auth: { check: () => 'yes' } } }, handler)
  // @ts-expect-error A claim is compared with what JSON has between commas.
  app.get('/', { config: { auth: { claims: { tier: null } } } }, handler)
  // @ts-expect-error There is no such place in a request.
  app.get('/', { config: { auth: { match: { sub: 'body.id' } } } }, handler)
  // @ts-expect-error Claims have names and values.
  app.get('/', { config: { auth: { claims: 'tier' } } }, handler)
  // @ts-expect-error Seconds are a number.
  app.get('/', { config: { auth: { maxAge: '5m' } } }, handler)
  // @ts-expect-error Alternatives are requirements, not modes.
  app.get('/', { config: { auth: { anyOf: ['required'] } } }, handler)
  app.defaultAuth('optional')
  app.defaultAuth({ groups: { none: ['Suspended'] }, anyOf: [{ tokenUse: 'id' }, { scopes: ['api/read'] }] })
  // @ts-expect-error A mode that does not exist, for a context.
  app.defaultAuth('private')
  // @ts-expect-error A member that does not exist.
  app.defaultAuth({ groups: ['Admins'], role: ['Admin'] })
  // @ts-expect-error No rule at all.
  app.defaultAuth({})
  // @ts-expect-error Nobody could tell what is meant.
  app.defaultAuth(undefined)
  // @ts-expect-error A member that does not exist, in an alternative.
  authorize({ anyOf: [{ role: ['Admin'] }] })
  // @ts-expect-error An app client is `clientId`, here as in the options.
  authorize({ clientID: 'c' })
  // @ts-expect-error There is no request to compare with.
  judge(null, { match: { sub: 'params.id' } })
  // @ts-expect-error There is no request to check.
  judge(null, { anyOf: [{ check: () => true }] })
  exactly<Reason | null>()(judge(null, { roles: ['Admin'], anyOf: [{ scopes: ['api/read'] }, { claims: { tier: 'gold' } }] }), true)
  // @ts-expect-error There are two kinds of token.
  app.route({ method: 'GET', url: '/', config: { auth: { tokenUse: 'refresh' } }, handler })
  // @ts-expect-error An unknown mode, in the long form too.
  app.route({ method: 'GET', url: '/', config: { auth: 'require' }, handler })
  // @ts-expect-error An unknown member, where a value is declared by its type.
  const withExtra: RouteAuthConfig = { groups: ['Admins'], role: ['Admin'] }
  app.route({ method: 'GET', url: '/', config: { auth: withExtra }, handler })
  // @ts-expect-error A constant that may be undefined would fall back to the default.
  app.route({ method: 'GET', url: '/', config: { auth: undefined as RouteAuthConfig | undefined }, handler })
  // @ts-expect-error A mode is no requirement of authorize().
  authorize('required')
  // @ts-expect-error Nothing required.
  authorize()
  // @ts-expect-error Nothing required, again.
  authorize({})
  // @ts-expect-error An unknown member.
  app.authorize({ role: ['Admin'] })
  // @ts-expect-error Scopes are an array, not the claim's space-separated text.
  const requirement: AuthRequirement = { scopes: 'api/read api/write' }
  authorize(requirement)

  app.get('/me', { preHandler: authenticate }, async (request) => {
    // @ts-expect-error Nobody may be signed in, for all the compiler knows.
    request.user.sub.at(0)
    // @ts-expect-error A user is shared by requests and frozen.
    getUser(request).sub = 'someone else'
    // @ts-expect-error Its lists too.
    getUser(request).groups.push('Admins')
    return getUser(request).sub
  })
  // @ts-expect-error authorize makes a hook; it is none itself.
  app.get('/admin', { preHandler: app.authorize }, handler)
}
