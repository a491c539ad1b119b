import t from 'tap'
import { isUserPoolId, jwksUriOf, readUserPoolId } from '../../src/claims/user-pool.js'

const pools: ReadonlyArray<[userPoolId: string, region: string, suffix: string]> = [
  ['us-east-1_EXAMPLE01', 'us-east-1', 'amazonaws.com'],
  ['eu-central-1_aB3', 'eu-central-1', 'amazonaws.com'],
  ['ap-southeast-12_X', 'ap-southeast-12', 'amazonaws.com'],
  ['us-gov-west-1_EXAMPLE01', 'us-gov-west-1', 'amazonaws.com'],
  ['eusc-de-east-1_EXAMPLE01', 'eusc-de-east-1', 'amazonaws.eu']
]

t.test('gives the region and both issuers of a pool, the original one first', async (t) => {
  for (const [userPoolId, region, suffix] of pools) {
    t.same(readUserPoolId(userPoolId), {
      userPoolId,
      region,
      issuers: [
        `https://cognito-idp.${region}.${suffix}/${userPoolId}`,
        `https://issuer-cognito-idp.${region}.${suffix}/${userPoolId}`
      ]
    }, userPoolId)
  }
})

t.test('knows no region in the id of an emulator', async (t) => {
  for (const userPoolId of ['local_6AbC', 'us_east_1_A', 'US-EAST-1_A', 'us-east_A', 'us-east-123_A', 'u-east-1_A', '-1_A']) {
    t.ok(isUserPoolId(userPoolId), `${userPoolId} is an id`)
    t.equal(readUserPoolId(userPoolId), null, `${userPoolId} names no region`)
  }
})

t.test('is no user pool id', async (t) => {
  const others = [
    '', '_', 'us-east-1', 'us-east-1_', '_EXAMPLE01', 'us-east-1_EXAMPLE-01', 'us-east-1_EXAMPLE 01', ' us-east-1_A', 'us-east-1_A ',
    'us-east-1_A\n', 'us-east-1_A/', 'us-east-1_A/../us-east-1_B', 'evil.example/us-east-1_A', 'us-east-1_Ä', `us-east-1_${'A'.repeat(46)}`
  ]
  for (const value of others) {
    t.notOk(isUserPoolId(value), JSON.stringify(value))
    t.equal(readUserPoolId(value), null, `${JSON.stringify(value)} is read as nothing`)
  }
})

t.test('accepts an id of 55 characters, the longest there is', async (t) => {
  const longest = `us-east-1_${'A'.repeat(45)}`
  t.equal(longest.length, 55)
  t.ok(isUserPoolId(longest))
})

t.test('publishes the keys below the issuer', async (t) => {
  t.equal(
    jwksUriOf('https://cognito-idp.us-east-1.amazonaws.com/us-east-1_EXAMPLE01'),
    'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_EXAMPLE01/.well-known/jwks.json'
  )
})
