/** A user pool's administrator and its users, through AWS's own client. */
import {
  AdminAddUserToGroupCommand, AdminCreateUserCommand, AdminSetUserPasswordCommand, CognitoIdentityProviderClient,
  CreateGroupCommand, CreateUserPoolClientCommand, InitiateAuthCommand, RevokeTokenCommand
} from '@aws-sdk/client-cognito-identity-provider'
import type { AuthFlowType } from '@aws-sdk/client-cognito-identity-provider'
import type { Test } from 'tap'

export interface SignIn {
  readonly idToken: string
  readonly accessToken: string
  /** Absent where the sign-in was a refresh. */
  readonly refreshToken: string | undefined
}

export interface PoolAdmin {
  /** Makes an app client whose tokens live for an hour, and gives its id. */
  createClient (name: string): Promise<string>
  /** Makes a confirmed user in these groups, which come into being with their first member. */
  createUser (username: string, groups?: readonly string[]): Promise<void>
  /** Puts a user into a group that has members. */
  addToGroup (username: string, group: string): Promise<void>
  signIn (clientId: string, username: string): Promise<SignIn>
  refresh (clientId: string, refreshToken: string): Promise<SignIn>
  revoke (clientId: string, refreshToken: string): Promise<void>
}

const password = 'Correct-Horse-7'

/** Administers one pool at an endpoint. */
export function createPoolAdmin (t: Test, endpoint: string, userPoolId: string): PoolAdmin {
  const api = new CognitoIdentityProviderClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'emulator', secretAccessKey: 'emulator' }
  })
  t.teardown(() => api.destroy())
  const groupsMade = new Set<string>()

  async function initiate (clientId: string, flow: AuthFlowType, parameters: Record<string, string>): Promise<SignIn> {
    const { AuthenticationResult: result } = await api.send(new InitiateAuthCommand({ ClientId: clientId, AuthFlow: flow, AuthParameters: parameters }))
    if (result?.IdToken === undefined || result.AccessToken === undefined) throw new Error(`${flow} gave no tokens`)
    return { idToken: result.IdToken, accessToken: result.AccessToken, refreshToken: result.RefreshToken }
  }

  async function addToGroup (username: string, group: string): Promise<void> {
    await api.send(new AdminAddUserToGroupCommand({ UserPoolId: userPoolId, Username: username, GroupName: group }))
  }

  return {
    async createClient (name) {
      const { UserPoolClient: client } = await api.send(new CreateUserPoolClientCommand({
        UserPoolId: userPoolId,
        ClientName: name,
        ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
        AccessTokenValidity: 1,
        IdTokenValidity: 1,
        TokenValidityUnits: { AccessToken: 'hours', IdToken: 'hours' }
      }))
      if (client?.ClientId === undefined) throw new Error('the app client has no id')
      return client.ClientId
    },
    async createUser (username, groups = []) {
      const user = { UserPoolId: userPoolId, Username: username }
      await api.send(new AdminCreateUserCommand({
        ...user,
        MessageAction: 'SUPPRESS',
        UserAttributes: [{ Name: 'email', Value: `${username}@example.com` }]
      }))
      await api.send(new AdminSetUserPasswordCommand({ ...user, Password: password, Permanent: true }))
      for (const group of groups) {
        if (!groupsMade.has(group)) await api.send(new CreateGroupCommand({ UserPoolId: userPoolId, GroupName: group }))
        groupsMade.add(group)
        await addToGroup(username, group)
      }
    },
    addToGroup,
    signIn: (clientId, username) => initiate(clientId, 'USER_PASSWORD_AUTH', { USERNAME: username, PASSWORD: password }),
    refresh: (clientId, refreshToken) => initiate(clientId, 'REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: refreshToken }),
    async revoke (clientId, refreshToken) {
      await api.send(new RevokeTokenCommand({ ClientId: clientId, Token: refreshToken }))
    }
  }
}
