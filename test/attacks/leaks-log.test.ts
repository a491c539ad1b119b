/** Row 59: what a stranger writes into a token steers no terminal that shows the log, nor what a slip writes into an option. */
import t from 'tap'
import Fastify from 'fastify'
import cognitoAuth, { CognitoAuthSetupError } from '../../src/index.js'
import type { Reason } from '../../src/index.js'
import { readPluginOptions } from '../../src/options/read-options.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { buildApp } from '../support/app.js'
import { run } from '../support/explain.js'
import { captureLog } from '../support/log-capture.js'
import { rejectionOf } from '../support/rejection.js'

const pool = createTestUserPool()
/** ESC, the CSI and OSC of C1, directions, separators, nothing at all, half a character. */
const hostile = '\u001b]0;x\u0007\u009b31m\u009d\u202e\u2066\u200b\u00ad\u2028\u2029\u3164\ufeff\ud800\n\r'
const obeyed = /[^\P{C}\n]|[\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u

async function refusalOf (start: () => Promise<unknown>): Promise<CognitoAuthSetupError> {
  const error = await rejectionOf(start())
  if (error instanceof CognitoAuthSetupError) return error
  throw new Error('it was not refused', { cause: error })
}

t.test('row 59: the claims of a token that nobody has verified are escaped in the log', async (t) => {
  const mistakes: ReadonlyArray<readonly [Reason, object]> = [
    ['issuer', { iss: `https://${hostile}` }], ['token_use', { token_use: `access${hostile}` }], ['client_id', { client_id: hostile }],
    ['client_id', { token_use: 'id', aud: hostile }], ['issuer', { iss: hostile.repeat(100) }]
  ]
  for (const [reason, wrong] of mistakes) {
    const log = captureLog()
    const app = await buildApp(t, {
      options: pool.options,
      server: { logger: log.logger },
      routes: (app) => app.get('/', { config: { auth: 'required' } }, async () => 'in')
    })
    const [, payload = ''] = (await pool.accessToken()).split('.')
    const good = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
    // Unsigned, since nothing but the claims is looked at before they are logged.
    const token = `${(await pool.sign({ payload: { ...good, ...wrong } })).split('.').slice(0, 2).join('.')}.${'A'.repeat(342)}`
    t.equal((await app.inject({ url: '/', headers: pool.authorization(token) })).statusCode, 401)
    const [line = {}] = log.where('reason', reason)
    t.match(String(line.actual), '\\u009b31m', reason)
    t.notMatch(log.text(), obeyed, reason)
    for (const value of [line.actual, line.msg]) t.notMatch(value, /[\p{C}\p{Zl}\p{Zp}]/u, `${reason}: nor once the JSON is read`)
  }
})

t.test('row 59: its twin, an ordinary claim, is logged as it stands', async (t) => {
  const log = captureLog()
  const app = await buildApp(t, {
    options: pool.options,
    server: { logger: log.logger },
    routes: (app) => app.get('/', { config: { auth: 'required' } }, async () => 'in')
  })
  await app.inject({ url: '/', headers: pool.authorization(await pool.accessToken({ client_id: 'Großhandel-管理' })) })
  t.match(log.where('reason', 'client_id'), [{ actual: 'Großhandel-管理', msg: /is "Großhandel-管理", this application accepts/ }])
})

t.test('row 59: names and values of options are escaped in what stops the start', async (t) => {
  const slips: readonly object[] = [
    { [hostile]: 1 }, { realm: hostile }, { userPoolId: hostile }, { clientId: [hostile, hostile] }, { keys: { [hostile]: 1 } },
    { roles: { [hostile]: '' } }, { issuer: hostile }, { jwksUri: `http://${hostile}` }, { tokenUse: hostile }, { defaultAuth: hostile }
  ]
  for (const slip of slips) {
    const { code, message } = await refusalOf(async () => readPluginOptions({ ...pool.options, ...slip }))
    t.equal(code, 'FST_COGNITO_OPTIONS_INVALID')
    // Nothing of it in the name of an assertion: the runner's own protocol would choke on it.
    t.match(message, '\\u009b')
    t.notMatch(message, /[\p{C}\p{Zl}\p{Zp}]/u)
  }
})

t.test('row 59: a route is named in readable characters', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(cognitoAuth, pool.options)
  const config: object = { auth: { [hostile]: ['x'] } }
  const { code, message } = await refusalOf(async () => app.get(`/\u202e${encodeURIComponent('x')}`, { config }, async () => 'in'))
  t.equal(code, 'FST_COGNITO_ROUTE_INVALID')
  t.match(message, '/\\u202ex')
  t.notMatch(message, /[\p{C}\p{Zl}\p{Zp}]/u)
})

const named = ['explain', '--user-pool-id', pool.userPoolId, '--client-id', pool.clientId]

t.test('row 59: explain prints no token and no part of one that stands in an argument', async (t) => {
  const token = await pool.accessToken()
  const [header = '', payload = '', signature = ''] = token.split('.')
  for (const secret of [token, `Bearer ${token}`, `"${token}"`, `${token}=`, header, payload, `.${payload}.`, signature, `${header}.${payload}`, token.slice(0, 200)]) {
    for (const args of [
      [secret], [...named, secret], [...named, '--', secret], [...named, `--${secret}`], [...named, `--token=${secret}`], [...named, '--audience', secret],
      [...named, `--audience=${secret}`], [...named, '--client-id', secret], [...named, '--issuer', secret], [...named, '--roles', `A=${secret}`],
      [...named, '--default-role', secret], [...named, '--jwks-uri', `https://a.example/${secret}`], [...named, '--clock-tolerance', secret], [...named, '--token-use', secret]
    ]) {
      const { status, output, errors } = await run({ args, input: [token], fetch: pool.options.keys.fetch })
      t.equal(status, 2)
      t.equal(output, '')
      t.equal(errors, 'the token is read from standard input, not from an argument\nfastify-cognito-auth --help shows how the command is called.\n')
    }
  }
})

t.test('row 59: explain prints no part of a signature either, however short, where it can be told from a name', async (t) => {
  // A part with a "-" is no client id in the first place, and one that begins with it no value of an option.
  for (const form of [/^\w{16}.{4}\w{16}/, /^\w{4,15}-/, /^.{100}-/]) {
    const token = await tokenSigned(form)
    const signature = token.split('.')[2] ?? ''
    for (const part of [signature.slice(0, 16), signature.slice(100, 140), signature.slice(-120), `x${signature.slice(20, 36)}`]) {
      for (const args of [
        [...named, '--audience', part], [...named, '--client-id', part], [...named, '--default-role', part], [...named, '--roles', `A=${part}`], [...named, '--issuer', `https://a.example/${part}`]
      ]) {
        const { status, output, errors } = await run({ args, input: [token], fetch: pool.options.keys.fetch })
        t.equal(status, 2)
        t.equal(output, '')
        t.notOk(errors.includes(part))
        t.match(errors, /^(?:an option holds a part of the token|fastify-cognito-auth: option "clientId|Option '--)/)
      }
    }
  }
})

/** A token whose signature has this form. */
async function tokenSigned (form: RegExp): Promise<string> {
  for (;;) {
    const token = await pool.accessToken()
    if (form.test(token.split('.')[2] ?? '')) return token
  }
}

t.test('row 59: the id of a user pool is printed as it was typed, though it is as long and has both cases', async (t) => {
  const args = ['explain', '--user-pool-id', 'us-east-1-EXAMPLE01', '--client-id', pool.clientId]
  const { status, errors } = await run({ args, input: [], fetch: pool.options.keys.fetch })
  t.equal(status, 2)
  t.match(errors, /got "us-east-1-EXAMPLE01"/)
})

t.test('row 59: nor a message about arguments that are wrong, before the token has come', async (t) => {
  const signature = (await pool.accessToken()).split('.')[2] ?? ''
  for (const part of [signature.slice(0, 60), signature.slice(-150)]) {
    for (const args of [[...named, `--${part}`], [...named, `--${part}=x`], [...named, '--token-use', part], ['explain', '--user-pool-id', part, '--client-id', 'a'], [...named, '--jwks-uri', part]]) {
      const { status, output, errors } = await run({ args, input: [] })
      t.equal(status, 2)
      for (let at = 0; at + 16 <= part.length; at++) t.notOk(`${output}${errors}`.includes(part.slice(at, at + 16)))
    }
  }
  t.match((await run({ args: [...named, '--cognito-user-pool-client-id'], input: [] })).errors, "'--cognito-user-pool-client-id'", 'a long name that is none is shown')
})

t.test('row 59: the twin, arguments that are long but no tokens, are taken', async (t) => {
  const args = ['--audience', `https://api.example.com/${'resource/'.repeat(30)}`, '--client-id', 'c'.repeat(128)]
  const { status, output } = await run({ args: [...named, ...args], input: [await pool.idToken()], fetch: pool.options.keys.fetch })
  t.equal(status, 0)
  t.match(output, /\nACCEPTED\n$/)
})

t.test('row 59: explain echoes nothing that a terminal would obey', async (t) => {
  const wrong = [[hostile], [...named, `--${hostile}`], [...named, '--audience', hostile], [...named, '--token-use', hostile], ['explain', '--user-pool-id', hostile, '--client-id', 'a']]
  for (const args of wrong) {
    const { output, errors } = await run({ args, input: [await pool.accessToken()], fetch: pool.options.keys.fetch })
    t.notMatch(`${output}${errors}`, obeyed)
  }
  t.match((await run({ args: [...named, '--\u001b[2J'], input: [] })).errors, "Unknown option '--\\u001b[2J'")
})

t.test('row 59: what a key endpoint answers, and why it does not, is escaped in the log', async (t) => {
  const answers = [async () => new Response(`<${hostile}>`), async () => { throw Object.assign(new Error('refused'), { code: `E${hostile}` }) }]
  for (const answer of answers) {
    const log = captureLog()
    const app = await buildApp(t, {
      options: { ...pool.options, keys: { fetch: answer } },
      server: { logger: log.logger },
      routes: (app) => app.get('/', { config: { auth: 'required' } }, async () => 'in')
    })
    t.equal((await app.inject({ url: '/', headers: pool.authorization(await pool.accessToken()) })).statusCode, 503)
    const faults = log.where('msg', 'signing keys could not be fetched')
    t.ok(faults.length > 0)
    for (const line of faults) t.notMatch(`${(line.err as Error).message}${(line.err as Error).stack}`, obeyed)
  }
})
