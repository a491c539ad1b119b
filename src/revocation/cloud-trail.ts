/** What Cognito itself does to its users, as EventBridge delivers it from CloudTrail: minutes late, unordered, some of it twice. */
import type { Seconds } from '../options/options.js'
import { isRevocationId } from './revocation.js'

/** A user whose tokens end, and from when on. Pass it to `revokeUser`. */
export interface CloudTrailRevocation {
  readonly userPoolId: string
  readonly sub: string
  /** When Cognito did it: tokens with `iat` up to this second are revoked. */
  readonly before: Seconds
  /** What it did, such as `AdminDisableUser`. */
  readonly eventName: string
}

/** Options of {@link fromCloudTrail}. */
export interface CloudTrailOptions {
  /** The pool of events that name none: those of calls which a user makes with an access token, such as `GlobalSignOut`. */
  readonly userPoolId?: string
}

/** The calls after which tokens that were issued before must not be accepted any more. */
const endingCalls: ReadonlySet<unknown> = new Set([
  'GlobalSignOut', 'AdminUserGlobalSignOut', 'RevokeToken',
  'AdminDisableUser', 'AdminDeleteUser', 'DeleteUser',
  'AdminSetUserPassword', 'AdminResetUserPassword', 'ChangePassword', 'ConfirmForgotPassword',
  'AdminAddUserToGroup', 'AdminRemoveUserFromGroup'
])

/**
 * Reads an event; `null` for one that ends no tokens: another call, or one that Cognito refused.
 *
 * The events name no token and no sign-in, so that `RevokeToken` ends all tokens of its user. Does NOT know who sent the
 * event: whoever can put events on the bus can sign users out.
 *
 * @param event As EventBridge delivers it: `detail-type` "AWS API Call via CloudTrail".
 * @throws `TypeError` for an event that ends tokens but does not say whose: it must not be taken for done.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/logging-using-cloudtrail.html
 */
export function fromCloudTrail (event: unknown, { userPoolId: fallback }: CloudTrailOptions = {}): CloudTrailRevocation | null {
  const { detail } = membersOf(event)
  const { eventSource, eventName, eventTime, errorCode, requestParameters, additionalEventData } = membersOf(detail)
  if (eventSource !== 'cognito-idp.amazonaws.com' || !endingCalls.has(eventName) || typeof eventName !== 'string') return null
  // Some events have it, empty, although nothing went wrong.
  if (typeof errorCode === 'string' && errorCode !== '') return null
  const { sub } = membersOf(additionalEventData)
  const { userPoolId = fallback } = membersOf(requestParameters)
  if (!isRevocationId(sub)) throw unreadable(eventName, 'no additionalEventData.sub')
  if (!isRevocationId(userPoolId)) throw unreadable(eventName, 'no requestParameters.userPoolId; pass the option userPoolId')
  const time = typeof eventTime === 'string' ? Date.parse(eventTime) : NaN
  if (Number.isNaN(time)) throw unreadable(eventName, 'no eventTime')
  return Object.freeze({ userPoolId, sub, before: Math.ceil(time / 1000), eventName })
}

function membersOf (value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? value as Readonly<Record<string, unknown>> : {}
}

function unreadable (eventName: string, what: string): TypeError {
  return new TypeError(`the CloudTrail event ${eventName} does not say whose tokens end: it has ${what}`)
}
