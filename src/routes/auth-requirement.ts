/** The language in which an application says who may call a route. What it becomes stands in requirement.ts. */
import type { FastifyRequest } from 'fastify'
import type { ClaimName } from '../claims/claim-names.js'
import type { User } from '../options/application.js'
import type { AuthMode, Seconds } from '../options/options.js'
import type { Role, TokenUse } from '../claims/types.js'
import type { WrongMembers } from './wrong-members.js'

/**
 * At least one member. A type whose members are all optional would do less: Fastify infers the type of a route's
 * `config` from its value and intersects both, and every value fits such a type, a misspelt mode included.
 */
type AtLeastOne<Members> = Members & { readonly [Name in keyof Members]-?: Required<Pick<Members, Name>> }[keyof Members]

interface ListMembers<Name extends string> {
  /** At least one of these. */
  readonly any?: readonly Name[]
  /** Every one of these. */
  readonly all?: readonly Name[]
  /** Not one of these. Alone it still needs a signed-in user. */
  readonly none?: readonly Name[]
}

/** Names to have or not to have; the lists given must all hold. */
export type NameLists<Name extends string = string> = AtLeastOne<ListMembers<Name>>

/** Any of these names, or what the lists say. Compared whole and with regard to case. */
export type Names<Name extends string = string> = readonly Name[] | NameLists<Name>

/** What a claim may be compared with. `'1'` is not `1`. */
export type ClaimValue = string | number | boolean

/**
 * Where a request has the value that a claim must be equal to; header names in any case. `host` is `request.hostname`: what the
 * caller has sent as `Host`, or a proxy that Fastify trusts.
 */
export type MatchSource = `params.${string}` | `query.${string}` | `headers.${string}` | 'host'

/** A value for each of some claims. */
type ByClaim<Value> = string extends ClaimName ? Readonly<Record<string, Value>> : AtLeastOne<{ readonly [Name in ClaimName]?: Value }>

interface RightsMembers {
  /** Cognito groups: any of the names, or what the lists say. */
  readonly groups?: Names
  /** Application roles: any of the names, or what the lists say. A user has one role at most. */
  readonly roles?: Names<Role>
  /** Scopes (RFC 6749 §3.3) as they stand in the token, `resource-server/scope`: **all** of the names, or what the lists say. */
  readonly scopes?: Names
  /** This kind of token, or any of these. */
  readonly tokenUse?: TokenUse | readonly TokenUse[]
  /** The app client that the token was issued to, or any of these; each is one that a user pool of the options accepts. */
  readonly clientId?: string | readonly string[]
  /** Only users of this user pool, or of any of these. */
  readonly userPools?: readonly string[]
  /** Claim → the value it must have, or any of these. Of a claim that is an array, one element must be equal. */
  readonly claims?: ByClaim<ClaimValue | readonly ClaimValue[]>
  /**
   * Seconds since the user signed in (`auth_time`), at most. Older: `FST_COGNITO_REAUTHENTICATION_REQUIRED`.
   *
   * @see RFC 9470 §3
   */
  readonly maxAge?: Seconds
}

interface RequestMembers {
  /**
   * Claim → where the request has the same value, such as `{ 'custom:tenant': 'params.tenant' }`: equal as strings, and neither absent
   * nor empty. `'user.tenant'` stands for the tenant that `userPools.resolve` has given, if that is a string, a number or a boolean.
   */
  readonly match?: ByClaim<MatchSource> | { readonly 'user.tenant': MatchSource }
  /**
   * The last word, for what data cannot say: asked on every request, after everything else has held. `true` lets the
   * request pass, anything else refuses it with 403.
   *
   * An error with a `statusCode` from 400 to 499 is answered as it is; any other, or no answer within 3 seconds, is a 503.
   */
  // A method, so that a check may be written for requests with `params` of a type.
  check? (user: User, request: FastifyRequest): boolean | Promise<boolean>
  /**
   * `'ask'`: whether the token is revoked is asked of the store itself, by one reading for each request; the copy in this
   * process may be some seconds old. Where the store does not answer: 503. Beside `anyOf`, not in an alternative.
   *
   * Needs the option `isRevoked` to be that of a list of `fastify-cognito-auth/revocation`.
   */
  readonly revocation?: 'ask'
}

interface RightsAlternatives {
  /** At least one of these must hold as well; nests to four levels. */
  readonly anyOf?: readonly RightsRequirement[]
}

interface AuthAlternatives {
  /** At least one of these must hold as well; nests to four levels. */
  readonly anyOf?: readonly AuthRequirement[]
}

/** What a user must have, as far as the user alone can tell: a requirement without `match`, `check` and `revocation`. For {@link judge}. */
export type RightsRequirement = WrongMembers & AtLeastOne<RightsMembers & RightsAlternatives>

/** What a caller must have: at least one member, and the members given must all hold. */
export type AuthRequirement = WrongMembers & AtLeastOne<RightsMembers & RequestMembers & AuthAlternatives>

/** The value of `config.auth`. */
export type RouteAuthConfig = AuthMode | AuthRequirement
