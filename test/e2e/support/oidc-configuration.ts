/** How oidc-provider is set up to issue what Cognito issues: the same claims, no `typ`. */
import type { Configuration, Grant, JWK, KoaContextWithOIDC } from 'oidc-provider'

export const machineClient = { clientId: '1machine23456789', secret: 'a-secret-that-only-this-process-knows' }
export const webClient = { clientId: '2browser23456789', redirectUri: 'http://127.0.0.1/signed-in' }

/** The resource that access tokens are bound to (RFC 8707), and its scopes. */
export const resource = { uri: 'https://api.example.com', scope: 'files/read files/write' }

/** The one user who can sign in. */
export const account = { sub: '5f0c2a4e-7d31-4b8e-9a55-0c1d2e3f4a5b', username: 'ada', email: 'ada@example.com', groups: ['Auditors', 'Authors'] }

const userClaims = { 'cognito:username': account.username, 'cognito:groups': account.groups }

export function oidcConfiguration (privateKeys: readonly JWK[]): Configuration {
  return {
    jwks: { keys: [...privateKeys] },
    cookies: { keys: ['signs the cookies of this process alone'] },
    clients: [
      {
        client_id: machineClient.clientId,
        client_secret: machineClient.secret,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: []
      },
      {
        client_id: webClient.clientId,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code'],
        redirect_uris: [webClient.redirectUri]
      }
    ],
    // Cognito puts the user's attributes into the ID token itself.
    conformIdTokenClaims: false,
    claims: { openid: ['sub', 'token_use', 'email', 'cognito:username', 'cognito:groups'] },
    findAccount: (_context, sub) => ({
      accountId: sub,
      claims: () => ({ sub, token_use: 'id', email: account.email, ...userClaims })
    }),
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    loadExistingGrant: grantAll,
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource.uri,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: resource.scope,
          audience: resource.uri,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } }
        })
      }
    },
    ttl: { AccessToken: 3600, ClientCredentials: 3600, IdToken: 3600, Interaction: 600, Session: 600, Grant: 600 },
    formats: { customizers: { jwt: writeLikeCognito } }
  }
}

// Whoever has signed in has agreed to everything: consent is not what is tried here.
async function grantAll ({ oidc: { provider, client, session } }: KoaContextWithOIDC): Promise<Grant> {
  const grant = new provider.Grant({ clientId: String(client?.clientId), accountId: String(session?.accountId) })
  grant.addOIDCScope('openid')
  grant.addResourceScope(resource.uri, resource.scope)
  await grant.save()
  return grant
}

const writeLikeCognito: NonNullable<NonNullable<NonNullable<Configuration['formats']>['customizers']>['jwt']> = (_context, token, jwt) => {
  // A member that is undefined is not written.
  jwt.header = { typ: undefined }
  jwt.payload = {
    ...jwt.payload,
    token_use: 'access',
    version: 2,
    ...('accountId' in token ? { username: account.username, 'cognito:groups': account.groups } : {})
  }
}
