/** `oidc-provider` set up to issue what Cognito issues, at the addresses of Cognito's managed login. */
import type Provider from 'oidc-provider'
import type { Account, AdapterFactory, AdapterPayload, Configuration, errors, Grant, interactionPolicy, JWK, KoaContextWithOIDC } from 'oidc-provider'
import { accessTokenClaims, idTokenClaims, machineTokenClaims } from './claims.js'
import type { SignIn } from './claims.js'
import { hasScopes, isAllowed, metadataOf } from './clients.js'
import type { DevSettings, DevUser } from './settings.js'
import { uuidOf } from './stable-uuid.js'

/** The package, an optional peer, as it was imported. */
export interface OidcPackage {
  readonly default: typeof Provider
  readonly interactionPolicy: typeof interactionPolicy
  readonly errors: typeof errors
}

/** The private keys of a pool: the first signs ID tokens, the second access tokens, as with Cognito. */
export interface SigningJwks {
  readonly keys: [JWK & { readonly kid: string }, JWK & { readonly kid: string }]
}

/** Where users choose who they are; the id of the interaction follows. */
export const signInPath = '/__dev/sign-in/'

/** What outlives the keys of a pool: its sign-ins, and what signs its cookies. */
export interface Sessions {
  readonly memory: AdapterFactory
  readonly cookieKey: string
}

/** Makes a provider for one issuer and one pair of keys. */
export function createProvider (oidc: OidcPackage, issuer: string, settings: DevSettings, jwks: SigningJwks, { memory, cookieKey }: Sessions): Provider {
  const { default: OidcProvider } = oidc
  const { cookies, ...configuration } = configurationOf(oidc, issuer, settings, jwks)
  const provider = new OidcProvider(issuer, { ...configuration, cookies: { ...cookies, keys: [cookieKey] }, adapter: memory })
  provider.Client.prototype.redirectUriAllowed = function (this: { readonly redirectUris: readonly string[] }, address: string) {
    return isAllowed(this.redirectUris, address)
  }
  // Cognito's answers to a client do not name the issuer (RFC 9207). Where a mirror calls it by another name, clients would refuse them.
  provider.use(async ({ res: response }, next) => {
    await next()
    const location = response.getHeader('location')
    if (typeof location === 'string') response.setHeader('location', location.replace(`&iss=${encodeURIComponent(issuer)}`, ''))
  })
  return provider
}

function configurationOf (oidc: OidcPackage, issuer: string, settings: DevSettings, jwks: SigningJwks): Configuration {
  const { users, clients, lifetimes } = settings
  const accountOf = (id: string | undefined): DevUser | undefined => users.find(({ sub }) => sub === id)
  const scopes = [...new Set(clients.flatMap((client) => client.scopes))]
  const policy = oidc.interactionPolicy.base()
  // Cognito asks nobody for consent.
  policy.remove('consent')
  const port = new URL(issuer).port

  return {
    jwks,
    clients: clients.map(metadataOf),
    scopes,
    claims: { openid: [...new Set(users.flatMap((user) => Object.keys(idTokenClaims(user, signInOf(undefined)))))] },
    // Cognito writes the attributes into the ID token itself, whatever was asked for.
    conformIdTokenClaims: false,
    pkce: { required: () => false },
    allowOmittingSingleRegisteredRedirectUri: false,
    rotateRefreshToken: true,
    issueRefreshToken: (_context, client) => client.grantTypeAllowed('refresh_token'),
    // A refresh token of Cognito outlives the session of the browser that it was given to.
    expiresWithSession: () => false,
    clientBasedCORS: () => true,
    cookies: {
      // A browser does not tell ports apart, and there may be several pools on this machine.
      names: { session: `session-${port}`, interaction: `interaction-${port}`, resume: `resume-${port}` }
    },
    routes: { authorization: '/oauth2/authorize', token: '/oauth2/token', revocation: '/oauth2/revoke' },
    interactions: { policy, url: (_context, { uid }) => signInPath + uid },
    findAccount: (_context, sub, token) => users.filter((user) => user.sub === sub).map((user): Account => ({
      accountId: sub,
      claims: () => ({ ...idTokenClaims(user, signInOf(token)), sub })
    }))[0],
    loadExistingGrant: (context) => grantAll(context, issuer, scopes),
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true, allowedPolicy: async (_context, client, token) => token.clientId === client.clientId },
      resourceIndicators: {
        enabled: true,
        // Without a resource of its own, an access token is for the pool; it then says no audience.
        defaultResource: () => issuer,
        useGrantedResource: () => true,
        getResourceServerInfo: (_context, resource) => ({
          scope: scopes.join(' '),
          audience: resource,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256', kid: jwks.keys[1].kid } }
        })
      }
    },
    ttl: {
      AccessToken: lifetimes.access,
      ClientCredentials: lifetimes.access,
      IdToken: lifetimes.id,
      RefreshToken: lifetimes.refresh,
      AuthorizationCode: 300,
      Interaction: 3_600,
      Session: 3_600,
      Grant: lifetimes.refresh
    },
    formats: {
      customizers: {
        jwt: (context, token, jwt) => {
          const { iss, client_id: clientId, scope, aud, iat, exp } = jwt.payload
          const user = 'accountId' in token ? accountOf(token.accountId) : undefined
          const { AuthorizationCode: code, RefreshToken: refreshToken } = context.oidc.entities
          const client = clients.find((one) => one.clientId === clientId)
          const asked = String(context.oidc.params?.scope ?? '')
          // The provider would leave out in silence what Cognito refuses.
          if (client === undefined || !hasScopes(client, asked)) throw new oidc.errors.InvalidScope('a requested scope is not one of the client', asked)
          jwt.header = { typ: undefined }
          jwt.payload = {
            ...(user === undefined ? machineTokenClaims(String(clientId), Number(iat)) : accessTokenClaims(user, signInOf(code ?? refreshToken))),
            iss,
            client_id: clientId,
            scope: scope ?? client.scopes.join(' '),
            iat,
            exp,
            // Cognito binds the tokens of users to a resource, never those of machines.
            aud: aud === issuer || user === undefined ? unwritten : aud
          }
        }
      }
    }
  }
}

// The provider insists on an audience, which Cognito writes only for a resource: this one is there until it is written.
const unwritten = { toJSON: () => undefined }

async function grantAll (context: KoaContextWithOIDC, issuer: string, scopes: readonly string[]): Promise<Grant> {
  const { provider, client, session, params } = context.oidc
  const grant = new provider.Grant({ clientId: String(client?.clientId), accountId: String(session?.accountId) })
  grant.addOIDCScope(scopes.join(' '))
  for (const resource of [issuer, ...[params?.resource].flat().filter((name) => typeof name === 'string')]) grant.addResourceScope(resource, scopes.join(' '))
  await grant.save()
  return grant
}

// A code and a refresh token know the sign-in that they come from.
function signInOf (token: object | undefined): SignIn {
  const { grantId, authTime } = (token ?? {}) as AdapterPayload
  return { originJti: uuidOf(String(grantId)), authTime: Number((authTime) ?? 0) }
}
