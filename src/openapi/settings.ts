/** Options into settings: checked once, in one form. */
import { members, optionInvalid, text } from '../options/checks.js'
import { isSafe, readAddress } from '../options/address.js'
import type { Dialect } from './dialect.js'

/** Where users sign in. */
export interface SignIn {
  readonly authorizationUrl: string
  readonly tokenUrl: string
  readonly refreshUrl: string
}

/** What the document needs; nothing here is optional. */
export interface OpenApiSettings {
  readonly dialect: Dialect
  /** The name of the security scheme. */
  readonly scheme: string
  /** `null` for a bearer token that comes from somewhere else. */
  readonly signIn: SignIn | null
  readonly responses: boolean
}

// The names of components (OpenAPI 3.1 §4.8.7.1); one such as `__proto__` would be no member of the document.
const schemeForm = /^[A-Za-z][\w.-]*$/
const addressNames = ['authorizationUrl', 'tokenUrl', 'refreshUrl']

/**
 * Checks the options.
 *
 * @throws `FST_COGNITO_OPTIONS_INVALID` with the path of the first bad option, what came and what is expected.
 */
export function readOpenApiOptions (options: unknown, dialect: Dialect): OpenApiSettings {
  const { scheme = 'cognito', domain, responses = true } = members('cognitoOpenApi', options, ['scheme', 'domain', 'responses'])
  if (typeof responses !== 'boolean') throw optionInvalid('cognitoOpenApi.responses', 'true or false', responses)
  return Object.freeze({
    dialect,
    scheme: text('cognitoOpenApi.scheme', scheme, 'a letter, followed by letters, digits, ".", "_" or "-"', (name) => schemeForm.test(name)),
    signIn: domain === undefined ? null : readSignIn(domain, 'cognitoOpenApi.domain'),
    responses
  })
}

function readSignIn (domain: unknown, path: string): SignIn {
  if (typeof domain !== 'string' && !(domain instanceof URL)) return readAddresses(members(path, domain, addressNames), path)
  const { origin, pathname, search, hash } = new URL(readSafeAddress(domain, path))
  if (pathname !== '/' || search !== '' || hash !== '') {
    throw optionInvalid(path, 'a domain without a path; elsewhere, an object with authorizationUrl and tokenUrl', String(domain))
  }
  // https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoints.html
  return Object.freeze({ authorizationUrl: `${origin}/oauth2/authorize`, tokenUrl: `${origin}/oauth2/token`, refreshUrl: `${origin}/oauth2/token` })
}

function readAddresses ({ authorizationUrl, tokenUrl, refreshUrl = tokenUrl }: Readonly<Record<string, unknown>>, path: string): SignIn {
  return Object.freeze({
    authorizationUrl: readSafeAddress(authorizationUrl, `${path}.authorizationUrl`),
    tokenUrl: readSafeAddress(tokenUrl, `${path}.tokenUrl`),
    refreshUrl: readSafeAddress(refreshUrl, `${path}.refreshUrl`)
  })
}

function readSafeAddress (value: unknown, path: string): string {
  const expected = 'an https URL, or an http URL on a loopback host'
  const address = readAddress(value, path, expected)
  if (isSafe(new URL(address))) return address
  throw optionInvalid(path, expected, address)
}
