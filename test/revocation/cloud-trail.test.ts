import fc from 'fast-check'
import t from 'tap'
import { fromCloudTrail } from '../../src/revocation/index.js'
import { createRevocationListWithClock } from '../../src/revocation/revocation-list.js'
import { listFixtures, readFixture } from '../support/fixtures.js'
import { createTestStore } from '../support/revocation-store.js'
import { userOf } from '../support/revocation-users.js'
import { createTestClock } from '../support/test-clock.js'

const userPoolId = 'us-east-1_EXAMPLE01'
const sub = '9f4d5a60-1c2b-4e8f-9a77-2f1f6a3b7c10'
const before = Date.parse('2026-05-28T20:26:41Z') / 1000
const calls = [
  'GlobalSignOut', 'AdminUserGlobalSignOut', 'RevokeToken', 'AdminDisableUser', 'AdminDeleteUser', 'DeleteUser', 'AdminSetUserPassword',
  'AdminResetUserPassword', 'ChangePassword', 'ConfirmForgotPassword', 'AdminAddUserToGroup', 'AdminRemoveUserFromGroup'
]

interface Event { readonly detail: Readonly<Record<string, unknown>> }

const events = listFixtures('cloud-trail').map((file) => JSON.parse(readFixture(`cloud-trail/${file}`)) as Event)
const disabled = events.find(({ detail }) => detail.eventName === 'AdminDisableUser') as Event
const withDetail = (changes: object): Event => ({ ...disabled, detail: { ...disabled.detail, ...changes } })

t.test('each call that ends tokens says whose and when', async (t) => {
  t.strictSame(events.map(({ detail }) => detail.eventName).sort(), [...calls].sort())
  for (const event of events) t.strictSame(fromCloudTrail(event, { userPoolId }), { userPoolId, sub, before, eventName: event.detail.eventName })
})

t.test('an event that names its pool needs no option, and is not changed by one; one that names none is not taken for done without', async (t) => {
  for (const event of events) {
    const names = (event.detail.requestParameters as { userPoolId?: string }).userPoolId !== undefined
    if (names) {
      t.match(fromCloudTrail(event), { userPoolId })
      t.match(fromCloudTrail(event, { userPoolId: 'us-east-1_OTHER' }), { userPoolId })
    } else t.throws(() => fromCloudTrail(event), { name: 'TypeError', message: /no requestParameters\.userPoolId; pass the option userPoolId/ })
  }
})

t.test('what ends no tokens is null: other calls, other services, calls that Cognito refused', async (t) => {
  for (const event of [
    withDetail({ eventName: 'AdminCreateUser' }), withDetail({ eventName: 'AdminEnableUser' }), withDetail({ eventName: undefined }), withDetail({ eventName: 'toString' }),
    withDetail({ eventSource: 'cognito-identity.amazonaws.com' }), withDetail({ eventSource: undefined }),
    withDetail({ errorCode: 'UserNotFoundException', errorMessage: 'User does not exist.' }), {}, { detail: null }, { detail: 'x' }, null, undefined, 'event', 7
  ]) t.equal(fromCloudTrail(event), null)
  t.match(fromCloudTrail(withDetail({ errorCode: '' })), { sub }, 'some events have an empty one')
})

t.test('one that ends tokens but does not say whose is an error', async (t) => {
  for (const changes of [
    { additionalEventData: null }, { additionalEventData: {} }, { additionalEventData: { sub: '' } }, { additionalEventData: { sub: 7 } }, { additionalEventData: { sub: 'x'.repeat(257) } },
    { requestParameters: null }, { requestParameters: { userPoolId: 7 } }, { requestParameters: { userPoolId: '' } }, { eventTime: undefined }, { eventTime: 'yesterday' }, { eventTime: 1 }
  ]) t.throws(() => fromCloudTrail(withDetail(changes)), { name: 'TypeError', message: /^the CloudTrail event AdminDisableUser does not say whose tokens end/ }, JSON.stringify(changes))
})

t.test('late, unordered and doubled events end what they should, and no token that was issued later', async (t) => {
  const times = ['2026-05-28T20:26:41Z', '2026-05-28T20:26:50Z', '2026-05-28T20:20:00Z']
  await fc.assert(fc.asyncProperty(fc.shuffledSubarray([...times, ...times], { minLength: 1 }), async (order) => {
    const clock = createTestClock((before + 300) * 1000)
    const list = createRevocationListWithClock({ store: createTestStore(clock) }, clock)
    for (const eventTime of order) {
      const found = fromCloudTrail(withDetail({ eventTime }))
      if (found !== null) await list.revokeUser(found.userPoolId, found.sub, { before: found.before })
    }
    const last = Math.max(...order.map((time) => Date.parse(time) / 1000))
    if (await list.isRevoked(userOf({ pool: userPoolId, sub, iat: last })) !== true) throw new Error('not revoked')
    if (await list.isRevoked(userOf({ pool: userPoolId, sub, iat: last + 1 })) !== false) throw new Error('a later token')
    if (await list.isRevoked(userOf({ pool: userPoolId, sub: 'another', iat: 0 })) !== false) throw new Error('another user')
  }), { numRuns: 50 })
  t.pass('50 orders')
})
