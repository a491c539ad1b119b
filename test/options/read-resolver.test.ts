import t from 'tap'
import { readPluginOptions, readVerifierOptions } from '../../src/options/read-options.js'
import { assertOptionRefused, onePool } from '../support/option-cases.js'

const resolve = async (): Promise<null> => null

t.test('pools that are known only at run time need a function, and have defaults for the rest', async (t) => {
  const { verifier, requests } = readPluginOptions({ userPools: { resolve } })
  t.strictSame(verifier.userPools, [])
  t.strictSame(requests.resolver, { resolve, maxEntries: 1_000, maxAge: 300_000, maxStale: 3_600_000, unknownAge: 30_000, timeout: 3_000, issuerForms: [] })
  t.equal(readPluginOptions({ userPools: { resolve, maxAge: 7_200_000 } }).requests.resolver?.maxStale, 7_200_000)
  t.equal(readPluginOptions(onePool).requests.resolver, null)
})

t.test('bad values are refused by name', async (t) => {
  const integer = (least: number, most: number): string => `an integer from ${least} to ${most}`
  const longest = 2 ** 31 - 1
  const form = 'an http or https URL with "{userPoolId}" once in its path, or an array of these'
  const table: ReadonlyArray<[given: object, path: string, expected: string, got: string]> = [
    [{}, 'userPools.resolve', 'a function, or an array of pools as "userPools"', 'undefined'],
    [{ resolve: 'x' }, 'userPools.resolve', 'a function', '"x"'],
    [{ resolve, userPoolId: 'x' }, 'userPools.userPoolId', 'no option of this name; known are resolve, maxEntries, maxAge, maxStale, unknownAge, timeout, issuerForms', '"x"'],
    [{ resolve, maxEntries: 0 }, 'userPools.maxEntries', integer(1, 1_000_000), '0'],
    [{ resolve, maxAge: 0 }, 'userPools.maxAge', integer(1, longest), '0'],
    [{ resolve, maxStale: 1_000 }, 'userPools.maxStale', 'at least userPools.maxAge (300000)', '1000'],
    [{ resolve, unknownAge: -1 }, 'userPools.unknownAge', integer(1, longest), '-1'],
    [{ resolve, timeout: '3s' }, 'userPools.timeout', integer(1, longest), '"3s"'],
    [{ resolve, issuerForms: 'https://{userPoolId}.example' }, 'userPools.issuerForms', form, '"https://{userPoolId}.example"'],
    [{ resolve, issuerForms: 'https://a.example{userPoolId}' }, 'userPools.issuerForms', form, '"https://a.example{userPoolId}"'],
    [{ resolve, issuerForms: 'https://a.example/' }, 'userPools.issuerForms', form, '"https://a.example/"'],
    [{ resolve, issuerForms: 'ftp://a.example/{userPoolId}' }, 'userPools.issuerForms', form, '"ftp://a.example/{userPoolId}"'],
    [{ resolve, issuerForms: 'nowhere/{userPoolId}' }, 'userPools.issuerForms', form, '"nowhere/{userPoolId}"']
  ]
  for (const [userPools, path, expected, got] of table) assertOptionRefused(t, { options: { userPools }, path, expected, got })
  t.strictSame(readPluginOptions({ userPools: { resolve, issuerForms: 'http://localhost:9229/{userPoolId}' } }).requests.resolver?.issuerForms, [['http://localhost:9229/', '']])
})

t.test('a verifier without the plugin takes an array only', async (t) => {
  t.throws(() => readVerifierOptions({ userPools: { resolve } }), { code: 'FST_COGNITO_OPTIONS_INVALID', message: /"userPools" is invalid: expected a non-empty array/ })
})

t.test('metadata beside it name their authorization servers, since those of tenants are nobody else\'s business', async (t) => {
  const resource = 'https://api.example.com'
  assertOptionRefused(t, {
    options: { userPools: { resolve }, resourceMetadata: { resource } },
    path: 'resourceMetadata.authorizationServers',
    expected: 'the issuers to be named, since "userPools" are known only at run time',
    got: 'undefined'
  })
  t.ok(readPluginOptions({ userPools: { resolve }, resourceMetadata: { resource, authorizationServers: ['https://login.example.com'] } }).requests.resolver)
})

t.test('no mirror beside it: it would stand for one tenant', async (t) => {
  assertOptionRefused(t, {
    options: { userPools: { resolve }, resourceMetadata: { resource: 'https://api.example.com/mcp', authorizationServers: ['https://login.example.com'], mirror: true } },
    path: 'resourceMetadata.mirror',
    expected: 'no mirror where there are several user pools, since it stands for one',
    got: 'true'
  })
})
