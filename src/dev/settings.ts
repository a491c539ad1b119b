/** A development user pool after its options were checked: complete, in one form. */
import type { TestKeyPair } from '../testing/key-pairs.js'

/** A user of a development pool. */
export interface DevUser {
  readonly username: string
  /** Stable for a user name, so that an application's own records survive a restart. */
  readonly sub: string
  readonly email: string
  readonly groups: readonly string[]
  /** Further claims of the ID token, such as `custom:tenant`; strings, as Cognito has them. */
  readonly attributes: Readonly<Record<string, string>>
}

/** An app client of a development pool. */
export interface DevClient {
  readonly clientId: string
  /** `null` for a public client: a browser or a native application. */
  readonly secret: string | null
  /** `'code'` for users, `'client_credentials'` for machines: a Cognito client cannot have both. */
  readonly grant: 'code' | 'client_credentials'
  /** Where a sign-in may lead. */
  readonly callbackUrls: readonly string[]
  /** Where a sign-out may lead. */
  readonly logoutUrls: readonly string[]
  /** The scopes that it may ask for. */
  readonly scopes: readonly string[]
}

/** How long what the pool issues is valid, in seconds. */
export interface DevLifetimes {
  readonly access: number
  readonly id: number
  readonly refresh: number
}

/** A development user pool. */
export interface DevSettings {
  readonly userPoolId: string
  /** 0 for any free port. */
  readonly port: number
  readonly users: readonly DevUser[]
  readonly clients: readonly DevClient[]
  readonly lifetimes: DevLifetimes
  readonly keyPairs: readonly TestKeyPair[]
}

/** The scopes of OpenID Connect and of Cognito itself that a client for users has by default. */
export const standardScopes: readonly string[] = ['openid', 'email', 'phone', 'profile', 'aws.cognito.signin.user.admin']
