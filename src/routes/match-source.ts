/** Where a request has the value that a claim must be equal to. */
import type { MatchSource } from './auth-requirement.js'
import type { RequestFacts } from './requirement.js'
import { routeInvalid } from './route-invalid.js'

/** A place in a request: as it was written, and how to look there. */
export interface Source {
  readonly written: MatchSource
  /** The one value there; `null` where there is none, or more than one. */
  readonly valueIn: (request: RequestFacts) => string | null
}

// RFC 9110 §5.6.2: token.
const headerForm = /^[\w!#$%&'*+\-.^`|~]+$/

/** Reads a place such as `params.tenant`. */
export function readSource (value: unknown, at: string): Source {
  const [, kind, name = ''] = typeof value === 'string' ? /^(params|query|headers)\.(.+)$/s.exec(value) ?? [] : []
  // The form has just been seen; a template type cannot be told from a string.
  const written = value as MatchSource
  // Names of hosts know no case (RFC 9110 §4.2.3).
  if (value === 'host') return { written, valueIn: ({ hostname = '' }) => hostname.toLowerCase() }
  if (kind === 'params') return { written, valueIn: ({ params }) => textAt(params, name) }
  if (kind === 'query') return { written, valueIn: ({ query }) => textAt(query, name) }
  if (kind === 'headers' && headerForm.test(name)) {
    const lowerCase = name.toLowerCase()
    return { written, valueIn: (request) => headerIn(request, lowerCase) }
  }
  throw routeInvalid(at, '"params.…", "query.…" or "headers.…" with a name, or "host"')
}

/** The parameter of the route's address that a place names, or `null` if it names something else. */
export function parameterOf (written: MatchSource): string | null {
  return written.startsWith('params.') ? written.slice('params.'.length) : null
}

/**
 * The names of the parameters that an address declares, `*` for a wildcard.
 *
 * @see https://fastify.dev/docs/latest/Reference/Routes/#url-building
 */
export function parametersOf (url: string): readonly string[] {
  const names = Array.from(withoutPatterns(url).replaceAll('::', '').matchAll(/:([^(\-./]+)/g), ([, name = '']) => name.replace(/\?$/, ''))
  return url.endsWith('*') ? [...names, '*'] : names
}

// A pattern in parentheses may itself hold colons.
function withoutPatterns (url: string): string {
  let depth = 0
  let text = ''
  for (let at = 0; at < url.length; at++) {
    const character = url.charAt(at)
    if (character === '\\' && depth > 0) at++
    else if (character === '(') {
      if (depth++ === 0) text += '('
    } else if (character === ')') depth = Math.max(0, depth - 1)
    else if (depth === 0) text += character
  }
  return text
}

// A schema, or a query parser of the application, makes numbers and booleans of what was sent, and the handler works with
// those. A parameter sent twice is an array, which is nobody's value: which of the two would the handler take?
function textAt (values: unknown, name: string): string | null {
  if (typeof values !== 'object' || values === null || !Object.hasOwn(values, name)) return null
  const value = (values as Readonly<Record<string, unknown>>)[name]
  if (typeof value === 'string') return value
  return typeof value === 'boolean' || Number.isFinite(value) ? String(value) : null
}

// Node.js joins some headers that were sent twice and drops the second of others; only the lines as they came tell.
function headerIn ({ headers, raw: { rawHeaders = [] } }: RequestFacts, name: string): string | null {
  let lines = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() === name) lines++
  }
  return lines === 1 ? textAt(headers, name) : null
}
