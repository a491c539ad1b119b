import type { LightMyRequestResponse } from 'fastify'
import t from 'tap'
import type { Test } from 'tap'
import { parse } from 'yaml'
import type { TestClaims } from '../../src/testing/index.js'
import { captureLog } from '../support/log-capture.js'
import type { LogCapture } from '../support/log-capture.js'
import { blocksUnder } from '../support/readme.js'
import { assertRefused } from '../support/refusals.js'
import { createReadmePool, runBlock } from '../support/readme-module.js'

interface Service {
  readonly image?: string
  readonly ports?: readonly string[]
  readonly command?: string
  readonly depends_on?: readonly string[]
  readonly network_mode?: string
  readonly environment?: Readonly<Record<string, string>>
}

const routes = "app.get('/guarded', { config: { auth: 'required' } }, async (request) => request.user)"

function servicesUnder (heading: string): Readonly<Record<string, Service>> {
  return (parse(blocksUnder(heading, 'yaml')[0] ?? '') as { services: Record<string, Service> }).services
}

interface Running {
  /** The addresses that were asked for keys. */
  readonly asked: readonly string[]
  /** Asks the guarded route with a token of these claims. */
  ask (claims: TestClaims): Promise<LightMyRequestResponse>
}

/** Runs the block under a heading with the keys of a pool, and logs into `log`. */
async function runEmulatorBlock (t: Test, heading: string, log: LogCapture): Promise<Running> {
  const pool = createReadmePool(t)
  const asked: string[] = []
  globalThis.fetch = async (input) => {
    asked.push(String(input))
    return Response.json(await pool.jwks())
  }
  Object.assign(globalThis, { readmeLogger: log.logger })
  t.teardown(() => { Reflect.deleteProperty(globalThis, 'readmeLogger') })
  const { app } = await runBlock(t, heading, { routes, edit: (code) => code.replace('logger: true', 'logger: Reflect.get(globalThis, "readmeLogger")') })
  return { asked, ask: async (claims) => app.inject({ url: '/guarded', headers: pool.authorization(await pool.accessToken(claims)) }) }
}

for (const { service, port, userPoolId, issuer } of [
  { service: 'cognito', port: '9229', userPoolId: 'local_6AbCdEfG', issuer: 'http://localhost:9229/local_6AbCdEfG' },
  { service: 'localstack', port: '4566', userPoolId: 'us-east-1_EXAMPLE01', issuer: 'http://localhost.localstack.cloud:4566/us-east-1_EXAMPLE01' },
  { service: 'floci', port: '4566', userPoolId: 'us-east-1_EXAMPLE01', issuer: 'http://floci:4566/us-east-1_EXAMPLE01' }
]) {
  const heading = `${service === 'cognito' ? 'cognito-local' : service === 'localstack' ? 'LocalStack' : service} in Compose`

  t.test(`${heading}: the keys come from the service by its name, with a warning, and its issuer alone is accepted`, async (t) => {
    const { api, [service]: emulator } = servicesUnder(heading)
    t.strictSame(emulator?.ports, [`${port}:${port}`])
    t.strictSame(api?.depends_on, [service])
    const jwksUri = `http://${service}:${port}/${userPoolId}/.well-known/jwks.json`
    const log = captureLog()
    const { asked, ask } = await runEmulatorBlock(t, heading, log)
    t.match((await ask({ iss: issuer })).json(), { userPoolId })
    assertRefused(t, await ask({ iss: `http://${service}:${port}/local_Other` }), 'FST_COGNITO_TOKEN_INVALID')
    assertRefused(t, await ask({}), 'FST_COGNITO_TOKEN_INVALID')
    t.strictSame(asked, [jwksUri])
    t.match(log.where('level', 40), [{ userPoolId, jwksUri, msg: /^allowInsecure: / }])
  })
}

t.test('the configuration of cognito-local gives its tokens the issuer of the options', async (t) => {
  const { TokenConfig } = JSON.parse(blocksUnder('cognito-local in Compose', 'json')[0] ?? '') as { TokenConfig: { IssuerDomain: string } }
  t.match(blocksUnder('cognito-local in Compose', 'ts')[0], `issuer: '${TokenConfig.IssuerDomain}/local_6AbCdEfG'`)
})

t.test('floci is told the name that its tokens name', async (t) => {
  t.strictSame(servicesUnder('floci in Compose').floci?.environment, { FLOCI_HOSTNAME: 'floci' })
})

t.test('moto in Compose: tokens without iat are refused, and those of the development pool come without a warning', async (t) => {
  const heading = 'moto in Compose'
  const { pool } = servicesUnder(heading)
  t.match(pool, { command: 'npx fastify-cognito-auth dev', network_mode: 'service:api' })
  const log = captureLog()
  const { asked, ask } = await runEmulatorBlock(t, heading, log)
  const issuer = 'http://127.0.0.1:9229/local_DevPool1'
  const claims = { iss: issuer, client_id: '1devweb23456789' }
  t.match((await ask(claims)).json(), { userPoolId: 'local_DevPool1' })
  assertRefused(t, await ask({ ...claims, iat: undefined }), 'FST_COGNITO_TOKEN_INVALID')
  t.match(log.where('reason', 'issued_at'), [{ absent: 'iat' }])
  t.strictSame(asked, [`${issuer}/.well-known/jwks.json`])
  t.strictSame(log.where('level', 40), [])
})
