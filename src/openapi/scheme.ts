/** The security scheme, in each dialect. */
import { optionInvalid } from '../options/checks.js'
import type { Loose } from './dialect.js'
import type { OpenApiSettings } from './settings.js'

/**
 * The scheme of the document.
 *
 * @param scopes Scope → what it is for; only OAuth 2 has them.
 * @see RFC 6750, RFC 6749 §4.1
 */
export function schemeOf ({ signIn, dialect }: OpenApiSettings, scopes: Readonly<Record<string, string>> = {}): Loose {
  if (signIn === null) {
    return dialect === 'swagger'
      ? { type: 'apiKey', in: 'header', name: 'Authorization', description: '`Bearer`, a space, and a token of the Amazon Cognito user pool' }
      : { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A token of the Amazon Cognito user pool' }
  }
  const { authorizationUrl, tokenUrl, refreshUrl } = signIn
  const description = 'Sign-in at the Amazon Cognito user pool'
  if (dialect === 'swagger') return { type: 'oauth2', flow: 'accessCode', authorizationUrl, tokenUrl, scopes, description }
  // Swagger UI has an option for PKCE; Scalar reads it here.
  return { type: 'oauth2', flows: { authorizationCode: { authorizationUrl, tokenUrl, refreshUrl, scopes, 'x-usePkce': 'SHA-256' } }, description }
}

/** What an application says of its document, with the scheme declared. */
export function declareScheme (base: Loose, settings: OpenApiSettings): Loose {
  const { scheme, dialect } = settings
  const isSwagger = dialect === 'swagger'
  const components = membersOf(isSwagger ? base : base.components)
  const name = isSwagger ? 'securityDefinitions' : 'securitySchemes'
  const declared = membersOf(components[name])
  if (Object.hasOwn(declared, scheme)) {
    throw optionInvalid('cognitoOpenApi.scheme', `another name than the schemes that ${name} has already, or no scheme of that name there`, scheme)
  }
  const added = { [name]: { ...declared, [scheme]: schemeOf(settings) } }
  return isSwagger ? { ...base, ...added } : { ...base, components: { ...components, ...added } }
}

/** The schemes that a document declares, by name. */
export function schemesIn (document: Loose, { dialect }: OpenApiSettings): Loose {
  return membersOf(dialect === 'swagger' ? document.securityDefinitions : membersOf(document.components).securitySchemes)
}

function membersOf (value: unknown): Loose {
  return typeof value === 'object' && value !== null ? value as Loose : {}
}
