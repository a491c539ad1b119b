import t from 'tap'
import { readArguments, usage, UsageError } from '../../src/explain/arguments.js'

const required = ['explain', '--user-pool-id', 'us-east-1_EXAMPLE01', '--client-id', '1example']

t.test('turns every argument into the option of that name', async (t) => {
  const request = readArguments([
    ...required, '--client-id', '2example', '--token-use', 'access', '--audience', 'https://api.example', '--audience-of', 'users', '--issuer', 'http://127.0.0.1:1/p',
    '--jwks-uri', 'http://127.0.0.1:1/k', '--roles', 'Admins=Admin,Auditors=Auditor', '--roles', 'Staff=A=B', '--default-role', 'Operator',
    '--clock-tolerance', '10', '--jwks', 'keys.json', '--allow-insecure', '--json'
  ])
  t.strictSame(request, {
    kind: 'explain',
    json: true,
    keySetFile: 'keys.json',
    options: {
      userPoolId: 'us-east-1_EXAMPLE01',
      clientId: ['1example', '2example'],
      tokenUse: ['access'],
      audience: ['https://api.example'],
      audienceOf: 'users',
      issuer: ['http://127.0.0.1:1/p'],
      jwksUri: 'http://127.0.0.1:1/k',
      allowInsecure: true,
      roles: { Admins: 'Admin', Auditors: 'Auditor', Staff: 'A=B' },
      defaultRole: 'Operator',
      clockTolerance: 10
    }
  })
})

t.test('leaves out the options that were not given', async (t) => {
  t.strictSame(readArguments(required), {
    kind: 'explain', json: false, keySetFile: null, options: { userPoolId: 'us-east-1_EXAMPLE01', clientId: ['1example'] }
  })
})

t.test('keeps a group named __proto__ a group', async (t) => {
  const request = readArguments([...required, '--roles', '__proto__=Admin'])
  t.ok(request.kind === 'explain' && Object.hasOwn(request.options.roles as object, '__proto__'))
})

t.test('help needs no other argument', async (t) => {
  t.strictSame(readArguments(['--help']), { kind: 'help' })
  t.strictSame(readArguments(['explain', '-h']), { kind: 'help' })
})

t.test('the version needs no other argument', async (t) => {
  t.strictSame(readArguments(['--version']), { kind: 'version' })
  t.strictSame(readArguments(['explain', '--version']), { kind: 'version' })
  t.throws(() => readArguments(['--jwks', 'eyJhbGciOiJSUzI1NiJ9.e30.AA', '--version']), UsageError, 'but none may be a token')
})

t.test('names every option in the usage', async (t) => {
  for (const name of ['user-pool-id', 'client-id', 'token-use', 'audience', 'audience-of', 'issuer', 'jwks-uri', 'allow-insecure', 'jwks', 'roles', 'default-role', 'clock-tolerance', 'json', 'version', 'help']) {
    t.match(usage, `--${name} `)
  }
})

t.test('refuses what cannot be done, and says why', async (t) => {
  const cases: ReadonlyArray<readonly [readonly string[], string]> = [
    [[], 'the commands are "explain" and "dev"'],
    [['verify'], 'the commands are "explain" and "dev"'],
    [['explain'], '--user-pool-id and --client-id are required'],
    [[...required, 'short.text.here'], 'the token is read from standard input, not from an argument'],
    [['explain', '--user-pool-id', 'a'], '--user-pool-id and --client-id are required'],
    [['explain', '--client-id', 'a'], '--user-pool-id and --client-id are required'],
    [[...required, 'eyJhbGciOiJSUzI1NiJ9.e30.AA'], 'the token is read from standard input, not from an argument'],
    [[...required, '--token=secret'], 'Unknown option \'--token\''],
    [[...required, '--json=secret'], 'Option \'--json\' does not take an argument'],
    [['explain', '--user-pool-id'], 'Option \'--user-pool-id <value>\' argument missing'],
    [[...required, '--roles', 'Admins'], '--roles takes GROUP=ROLE pairs with commas between them'],
    [[...required, '--roles', '=Admin'], '--roles takes GROUP=ROLE pairs with commas between them'],
    [[...required, '--roles', 'A=B,'], '--roles takes GROUP=ROLE pairs with commas between them'],
    [[...required, '--roles', 'A=B,A=C'], '--roles names a group twice']
  ]
  for (const [args, message] of cases) {
    t.throws(() => readArguments(args), new UsageError(message), args.join(' '))
  }
})
