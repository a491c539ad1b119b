/** Which language the document is written in. What differs between them is said here and in the modules that write parts of it. */
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import { optionInvalid } from '../options/checks.js'

/** Swagger 2, OpenAPI 3.0, or OpenAPI from 3.1 on. */
export type Dialect = 'swagger' | '3.0' | '3.1'

/** Members of an object of the document, as far as they are not known. */
export type Loose = Readonly<Record<string, unknown>>

/** The options of @fastify/swagger, read and split: the base of the document, and what is wrapped. */
export interface SwaggerBase {
  readonly dialect: Dialect
  /** What the application says of the document itself. */
  readonly base: Loose
  readonly options: FastifyDynamicSwaggerOptions
}

/**
 * Reads the options of @fastify/swagger. Without `openapi` and `swagger` the document is OpenAPI 3.0: Swagger 2, which would be
 * their default, has no word for a bearer token.
 *
 * @throws `FST_COGNITO_OPTIONS_INVALID` for a document that is written already, and for what is no object.
 */
export function readSwaggerOptions (options: FastifyDynamicSwaggerOptions): SwaggerBase {
  const { mode, openapi, swagger } = readBase('swagger', options)
  if (mode !== undefined && mode !== 'dynamic') throw optionInvalid('swagger.mode', '"dynamic", since a written document is served as it is', mode)
  // As @fastify/swagger itself decides; it takes null for none.
  const isSwagger = (openapi === undefined || openapi === null) && swagger !== undefined && swagger !== null
  const base = isSwagger ? readBase('swagger.swagger', swagger) : readBase('swagger.openapi', openapi ?? {})
  return { dialect: isSwagger ? 'swagger' : dialectOf(base.openapi), base, options }
}

function readBase (path: string, value: unknown): Loose {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw optionInvalid(path, 'an object', value)
  return value as Loose
}

function dialectOf (version: unknown): Dialect {
  return typeof version !== 'string' || version.startsWith('3.0') ? '3.0' : '3.1'
}
