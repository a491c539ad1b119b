import { buildSchema } from 'graphql'
import t from 'tap'
import { createApp, guardFields } from '../../example/recipes/mercurius.js'
import { startDevUserPool } from '../../src/dev/index.js'

const pool = await startDevUserPool({ port: 0 })
const app = await createApp(pool.options)
t.teardown(async () => {
  await app.close()
  await pool.close()
})

async function bearer (groups: string[], more: { expiresIn?: number, scopes?: string[] } = {}): Promise<Record<string, string>> {
  return { authorization: `Bearer ${await pool.token({ subject: 'alice', groups, ...more })}` }
}

const ask = async (query: string, headers: Record<string, string>) => app.inject({ method: 'POST', url: '/graphql', headers, payload: { query } })

t.test('a field with the directive is answered to its groups, beside the others', async (t) => {
  t.same((await ask('{ name salaries }', await bearer(['Admins']))).json(), { data: { name: 'alice', salaries: [1, 2] } })
})

t.test('a field below another, which has no resolver of its own, is guarded as well; a machine has no name', async (t) => {
  t.same((await ask('{ company { name revenue } }', await bearer(['Admins']))).json(), { data: { company: { name: 'Acme', revenue: 3 } } })
  t.match((await ask('{ company { name revenue } }', await bearer([]))).json(), { data: { company: { name: 'Acme', revenue: null } }, errors: [{ message: 'Insufficient permissions' }] })
  const machine = { authorization: `Bearer ${await pool.token({ subject: '2devmachine23456' })}` }
  t.same((await ask('{ name }', machine)).json(), { data: { name: null } })
})

t.test('it is refused to others under any name and in any fragment, and the other fields are answered', async (t) => {
  const user = await bearer(['Readers'])
  for (const query of ['{ name salaries }', '{ name, ...on Query { salaries } }', 'query { name other: salaries }']) {
    const { data, errors } = (await ask(query, user)).json<{ data: Record<string, unknown>, errors: Array<{ message: string }> }>()
    t.equal(data.name, 'alice', query)
    t.notOk(data.salaries ?? data.other, query)
    t.strictSame(errors.map(({ message }) => message), ['Insufficient permissions'], query)
  }
})

t.test('the route itself refuses a request without a token, and with an expired one', async (t) => {
  const missing = await ask('{ name }', {})
  t.match([missing.statusCode, missing.headers['www-authenticate']], [401, 'Bearer realm="api"'])
  const expired = await ask('{ name }', await bearer(['Admins'], { expiresIn: -60 }))
  t.match([expired.statusCode, expired.headers['www-authenticate']], [401, 'Bearer realm="api", error="invalid_token", error_description="Token has expired"'])
})

t.test('a directive that would protect nothing stops the start', async (t) => {
  const directive = 'directive @auth(groups: [String!]!) on FIELD_DEFINITION'
  const schema = (field: string) => buildSchema(`${directive} interface Paid { salary: Int ${field} } type Clerk implements Paid { salary: Int } type Query { clerk: Clerk }`)
  t.throws(() => guardFields(schema('@auth(groups: ["Admins"])')), /@auth protects nothing on Paid\.salary, of an interface/)
  t.doesNotThrow(() => guardFields(schema('')))
  t.throws(() => guardFields(buildSchema(`${directive} type Query { salary: Int @auth(groups: []) }`)), { code: 'FST_COGNITO_ROUTE_INVALID' })
  t.throws(() => guardFields(buildSchema('type Query { salary: Int }')), /no directive/)
})
