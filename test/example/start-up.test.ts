import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { CognitoAuthSetupError } from '../../src/index.js'
import { ConfigError } from '../../example/config.js'
import { describeFailure } from '../../example/failure.js'
import { originOf, startExample } from './support/process.js'

const userPool = { COGNITO_USER_POOL_ID: 'us-east-1_EXAMPLE01', COGNITO_CLIENT_ID: '1example23456789' }

t.test('a busy port is one line and exit code 1', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  t.teardown(() => { server.close() })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const example = startExample(t, { PORT: String(port), LOG_LEVEL: 'warn' })
  t.strictSame(await example.ended, { code: 1, signal: null })
  t.equal(example.stderr(), `Port ${port} of 127.0.0.1 is in use: end what listens there, or set PORT to another one.\n`)
  t.equal(example.stdout(), '', 'no curl for an application that is not there')
  t.strictSame(await example.temporaryFolders(), [])
})

t.test('a host that is not this machine is one line and exit code 1', async (t) => {
  // RFC 5737: an address for documentation, which no machine has.
  const example = startExample(t, { HOST: '192.0.2.1', PORT: '0', LOG_LEVEL: 'warn' })
  t.strictSame(await example.ended, { code: 1, signal: null })
  t.equal(example.stderr(), '192.0.2.1 is no address of this machine: set HOST to another one.\n')
  t.equal(example.stdout(), '')
})

t.test('a setting that is missing or cannot be used is one line that names it, and exit code 1', async (t) => {
  const refused: ReadonlyArray<[env: Record<string, string>, line: RegExp]> = [
    [{ COGNITO_USER_POOL_ID: userPool.COGNITO_USER_POOL_ID }, /^COGNITO_CLIENT_ID is missing, since COGNITO_USER_POOL_ID is set: .*\n$/],
    [{ COGNITO_CLIENT_ID: userPool.COGNITO_CLIENT_ID }, /^COGNITO_USER_POOL_ID is missing, since COGNITO_CLIENT_ID is set: .*\n$/],
    [{ ...userPool, COGNITO_USER_POOL_ID: 'EXAMPLE01' }, /^fastify-cognito-auth: option "userPoolId" is invalid: .*"EXAMPLE01"\n$/],
    [{ PORT: 'http' }, /^PORT must be a number from 0 to 65535, not "http"\.\n$/]
  ]
  for (const [env, line] of refused) {
    const example = startExample(t, env)
    t.strictSame(await example.ended, { code: 1, signal: null })
    t.match(example.stderr(), line)
    t.equal(example.stdout(), '')
    t.strictSame(await example.temporaryFolders(), [])
  }
})

t.test('HOST and LOG_LEVEL are obeyed', async (t) => {
  const example = startExample(t, { HOST: '0.0.0.0', PORT: '0', LOG_LEVEL: 'silent' })
  const origin = await originOf(example)
  t.match(origin, /^http:\/\/127\.0\.0\.1:\d+$/, 'an address that a curl can be sent to')
  t.equal((await fetch(`${origin}/api/me`)).status, 401)
  t.notMatch(example.stdout(), '{"level"')
})

t.test('a failure that the environment explains is told in one line', async (t) => {
  t.equal(describeFailure(new ConfigError('PORT is empty.')), 'PORT is empty.')
  t.equal(describeFailure(new CognitoAuthSetupError('FST_COGNITO_OPTIONS_INVALID', 'bad option')), 'bad option')
  const listen = { syscall: 'listen', address: '::1', port: 80 }
  t.match(describeFailure(Object.assign(new Error(), { code: 'EADDRINUSE', ...listen })), /^Port 80 of ::1 is in use: .*$/)
  t.match(describeFailure(Object.assign(new Error(), { code: 'EACCES', ...listen })), /^Port 80 of ::1 is not open to this user: .*$/)
  t.match(describeFailure(Object.assign(new Error(), { code: 'EADDRNOTAVAIL', ...listen })), /^::1 is no address of this machine: .*$/)
  t.match(describeFailure(Object.assign(new Error(), { code: 'ENOTFOUND', syscall: 'getaddrinfo' })), /^HOST is no known name: .*$/)
})

t.test('any other failure is told with its stack', async (t) => {
  const unforeseen = new Error('unforeseen')
  t.equal(describeFailure(unforeseen), unforeseen.stack)
  const ofAFile = Object.assign(new Error('permission denied'), { code: 'EACCES', syscall: 'mkdtemp' })
  t.equal(describeFailure(ofAFile), ofAFile.stack, 'the same code of another call is not about the port')
  const other = Object.assign(new Error('other'), { code: 'toString', syscall: 'listen' })
  t.equal(describeFailure(other), other.stack)
  t.equal(describeFailure('a string'), 'a string')
})
