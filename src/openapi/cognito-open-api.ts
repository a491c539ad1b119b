/** The options of @fastify/swagger, with what the guards know. */
import type { FastifyDynamicSwaggerOptions, SwaggerTransform, SwaggerTransformObject } from '@fastify/swagger'
import type { FastifyInstance, FastifySchema } from 'fastify'
import { optionInvalid } from '../options/checks.js'
import { readSwaggerOptions } from './dialect.js'
import type { Loose } from './dialect.js'
import { completeDocument } from './document.js'
import type { Document } from './document.js'
import { hiddenBy } from './hidden.js'
import { assertDeclared, describeOperation, undeclaredIn } from './operation.js'
import type { CognitoOpenApiOptions, CognitoSwaggerOptions } from './options.js'
import { declareScheme, schemesIn } from './scheme.js'
import type { Security } from './security.js'
import { readOpenApiOptions } from './settings.js'
import { watchContext } from './start-up.js'

/**
 * Options for @fastify/swagger, by which the document says of each route who may call it, as its guard has it:
 * `app.register(swagger, cognitoOpenApi({ openapi: { info } }))`. The order of the two plugins does not matter.
 *
 * Wraps `transform` and `transformObject` of the options, and `config.swaggerTransform` of routes. Says nothing of routes that no
 * registration covers. Does NOT change the schema of a route itself.
 *
 * Handed to `register` as they are, the start is refused with `FST_COGNITO_ROUTE_INVALID` for a `schema.security` that names a scheme
 * which is not declared, and the log warns once of each: a `schema.security` that contradicts its guard, routes declared before.
 *
 * @throws `FST_COGNITO_OPTIONS_INVALID` for a bad option, and for a scheme of the same name.
 * @see https://spec.openapis.org/oas/v3.1.1.html#security-requirement-object
 */
export function cognitoOpenApi (swaggerOptions: FastifyDynamicSwaggerOptions = {}, options: CognitoOpenApiOptions = {}): CognitoSwaggerOptions {
  const { dialect, base } = readSwaggerOptions(swaggerOptions)
  const settings = readOpenApiOptions(options, dialect)
  const document = declareScheme(base, settings)
  const declared = schemesIn(document, settings)
  const isHidden = hiddenBy(swaggerOptions)
  const strange = undeclaredIn((document.security ?? []) as Security, declared)
  if (strange !== undefined) throw optionInvalid(`${dialect === 'swagger' ? 'swagger' : 'openapi'}.security`, 'schemes that the document declares', strange)

  const wrap = (own: SwaggerTransform | false | null | undefined): SwaggerTransform => (given) => {
    const { schema, url } = transformed(own, given)
    if (isHidden(schema)) return { schema, url }
    assertDeclared(schema, declared, given.route, settings)
    return { schema: describeOperation(schema, given.route, settings), url }
  }
  // The transform of a route is asked for every document that has the route, also for one with another scheme.
  const wrapOfRoute = (own: SwaggerTransform | false): SwaggerTransform => (given) =>
    (schemesIn(documentIn(given), settings) === declared ? wrap(own)(given) : transformed(own, given))
  const { transformObject: ownTransformObject } = swaggerOptions
  const transformObject: SwaggerTransformObject = (given) => {
    const made = documentIn(given)
    completeDocument(made as unknown as Document, settings)
    return typeof ownTransformObject === 'function' ? ownTransformObject(given) : made
  }
  const all: FastifyDynamicSwaggerOptions = {
    ...swaggerOptions,
    [dialect === 'swagger' ? 'swagger' : 'openapi']: document,
    transform: wrap(swaggerOptions.transform),
    transformObject
  }
  const register = (instance: FastifyInstance): FastifyDynamicSwaggerOptions => {
    watchContext(instance, { settings, declared, isHidden, wrapOfRoute })
    return { ...all }
  }
  return Object.assign(register, all)
}

type AnyTransform = (given: Parameters<SwaggerTransform>[0]) => { readonly schema?: FastifySchema | null, readonly url: string }

// As @fastify/swagger does it: without a schema from the transform, the route's own counts. Either may be missing.
function transformed (own: AnyTransform | false | null | undefined, given: Parameters<SwaggerTransform>[0]): { schema: FastifySchema, url: string } {
  const { schema, url } = typeof own === 'function' ? own(given) : given
  return { schema: schema ?? given.schema, url }
}

function documentIn (given: Parameters<SwaggerTransformObject>[0]): Loose & ReturnType<SwaggerTransformObject> {
  return 'openapiObject' in given ? given.openapiObject : given.swaggerObject
}
