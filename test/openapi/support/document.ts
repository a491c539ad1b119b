/** Documents of applications under test, held by a validator that knows the specifications. */
import swagger from '@fastify/swagger'
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import { Validator } from '@seriousme/openapi-schema-validator'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import cognitoAuth from '../../../src/index.js'
import type { CognitoAuthOptions } from '../../../src/index.js'
import { cognitoOpenApi } from '../../../src/openapi/index.js'
import type { CognitoOpenApiOptions } from '../../../src/openapi/index.js'
import { createTestUserPool } from '../../../src/testing/index.js'
import { captureLog } from '../../support/log-capture.js'

export const pool = createTestUserPool()
export const domain = 'https://example.auth.us-east-1.amazoncognito.com'

/** An operation, as a document has it. */
export interface Operation {
  readonly security?: ReadonlyArray<Readonly<Record<string, readonly string[]>>>
  readonly responses: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly description?: string
  readonly 'x-cognito-requirements'?: readonly object[]
  readonly 'x-cognito-responses'?: unknown
  readonly [member: string]: unknown
}

/** A document of any of the three languages, as far as the tests look at it. */
export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly securityDefinitions?: Readonly<Record<string, unknown>>
  readonly responses?: Readonly<Record<string, unknown>>
  readonly definitions?: Readonly<Record<string, unknown>>
}

const info = { title: 'Orders', version: '1.0.0' }

/** The three languages. */
export const languages: Readonly<Record<string, FastifyDynamicSwaggerOptions>> = {
  '3.0': { openapi: { openapi: '3.0.3', info } },
  3.1: { openapi: { openapi: '3.1.0', info } },
  'Swagger 2': { swagger: { info } }
}

export interface Setup {
  readonly swagger?: FastifyDynamicSwaggerOptions
  readonly openApi?: CognitoOpenApiOptions
  readonly auth?: Partial<CognitoAuthOptions>
  /** Which is registered first. Default: the plugin. */
  readonly order?: 'plugin first' | 'swagger first'
  /** Spread into other options: an object, and no function that `register` would call. */
  readonly isSpread?: boolean
  readonly early?: (app: FastifyInstance) => unknown
  readonly declare: (app: FastifyInstance) => unknown
}

export interface Built {
  readonly app: FastifyInstance
  readonly warnings: ReadonlyArray<Readonly<Record<string, unknown>>>
}

/** Builds an application that closes itself with the test. */
export async function build (t: Test, { swagger: swaggerOptions = { openapi: { info } }, openApi, auth = {}, order = 'plugin first', isSpread = false, early = () => {}, declare }: Setup): Promise<Built> {
  const { logger, lines } = captureLog()
  const app = Fastify({ logger: { ...logger, level: 'warn' } })
  t.teardown(() => app.close().catch(() => {}))
  await early(app)
  const options = cognitoOpenApi(swaggerOptions, openApi)
  const registerPlugin = async (): Promise<void> => { await app.register(cognitoAuth, { ...pool.options, ...auth } as CognitoAuthOptions) }
  if (order === 'plugin first') await registerPlugin()
  await app.register(swagger, isSpread ? { ...options } : options)
  if (order === 'swagger first') await registerPlugin()
  await declare(app)
  await app.ready()
  return { app, get warnings () { return lines() } }
}

/** The document of an application, which has to be valid. */
export async function documentOf (t: Test, app: FastifyInstance): Promise<Document> {
  const document = app.swagger() as unknown as Document
  await assertValid(t, document)
  return document
}

/** Asserts that a document is valid by its own specification. */
export async function assertValid (t: Test, document: Document): Promise<void> {
  const validator = new Validator()
  const { valid, errors } = await validator.validate(structuredClone(document) as never)
  t.ok(valid, `a valid document of version ${validator.version}: ${JSON.stringify(errors)}`)
}

/** The document of an application that is built for it alone. */
export async function documentWith (t: Test, setup: Setup): Promise<Document> {
  return documentOf(t, (await build(t, setup)).app)
}

/** One operation of a document. */
export function operationOf ({ paths }: Document, path: string, method = 'get'): Operation {
  const operation = paths[path]?.[method]
  if (operation === undefined) throw new Error(`the document has no ${method} ${path}`)
  return operation
}
