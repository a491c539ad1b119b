import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import t from 'tap'
import { isOfAws } from '../../src/claims/aws-domain.js'
import { readUserPoolId } from '../../src/claims/user-pool.js'

// A region of each partition that AWS's own client knows.
const regions = ['us-east-1', 'us-gov-west-1', 'cn-north-1', 'eusc-de-east-1', 'us-iso-east-1', 'us-isob-east-1', 'eu-isoe-west-1', 'us-isof-south-1']

/** The host that AWS's client asks in a region. */
async function endpointOf (region: string, useDualstackEndpoint: boolean, useFipsEndpoint: boolean): Promise<string> {
  const client = new CognitoIdentityProviderClient({ region, useDualstackEndpoint, useFipsEndpoint })
  const { endpointProvider } = client.config
  client.destroy()
  return endpointProvider({ Region: region, UseDualStack: useDualstackEndpoint, UseFIPS: useFipsEndpoint }).url.href
}

t.test('every endpoint that the client of AWS knows is of AWS, in every partition', async (t) => {
  const seen = new Set<string>()
  for (const region of regions) {
    for (const [isDualStack, isFips] of [[false, false], [true, false], [false, true], [true, true]] as const) {
      const url = await endpointOf(region, isDualStack, isFips)
      seen.add(new URL(url).hostname.split('.').slice(2).join('.'))
      t.ok(isOfAws(url), url)
      t.ok(isOfAws(url.replace('://', '://issuer-')), 'and the issuer of the newer form')
    }
  }
  t.ok(seen.size >= 12, [...seen].join())
})

t.test('so are both issuers that the id of a pool gives', async (t) => {
  for (const region of regions) {
    for (const issuer of readUserPoolId(`${region}_EXAMPLE01`)?.issuers ?? ['']) t.ok(isOfAws(issuer), issuer)
  }
})

t.test('a host that only looks like one of AWS is not', async (t) => {
  for (const url of [
    'http://cognito:9229/', 'http://localhost.localstack.cloud:4566/', 'http://floci:4566/', 'https://amazonaws.com.example/', 'https://notamazonaws.com/',
    'https://example/amazonaws.com', 'https://amazonaws.com@example/', 'https://aws/', 'https://api.aws.example/', 'http://192.0.2.2/', 'http://[fd00::2]/', 'https://amazonaws.co/'
  ]) t.notOk(isOfAws(url), url)
})
