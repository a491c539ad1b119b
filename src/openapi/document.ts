/** The document as a whole, when all operations are in it: answers, scopes, and nothing that was only a note on the way. */
import type { Loose } from './dialect.js'
import { statusesExtension } from './operation.js'
import { errorSchema, errorSchemaName, guardResponses, responseIn } from './responses.js'
import type { GuardStatus } from './responses.js'
import { schemeOf, schemesIn } from './scheme.js'
import type { Security } from './security.js'
import type { OpenApiSettings } from './settings.js'

/** An operation, as far as it is known here. */
interface Operation {
  responses: Loose
  security?: Security
  [statusesExtension]?: readonly GuardStatus[]
}

/** A document, as far as it is known here; @fastify/swagger makes it anew each time. */
export interface Document {
  paths: Readonly<Record<string, Loose>>
  security?: Security
  components?: Loose
  [member: string]: unknown
}

interface Named {
  /** Such as `GET /orders`. */
  readonly name: string
  readonly operation: Operation
}

/** Completes a document in place. */
export function completeDocument (document: Document, settings: OpenApiSettings): void {
  const operations = operationsIn(document)
  const used = new Set(operations.flatMap(({ operation }) => addResponses(operation, settings)))
  // An operation of several methods is one object, and was read for each.
  for (const { operation } of operations) delete operation[statusesExtension]
  if (used.size > 0) addComponents(document, [...used].sort(), settings)
  if (settings.signIn !== null) addScheme(document, schemeOf(settings, scopesOf(operations, document.security ?? [], settings)), settings)
}

function operationsIn ({ paths }: Document): Named[] {
  return Object.entries(paths).flatMap(([path, { additionalOperations, ...item }]) =>
    Object.entries({ ...item, ...additionalOperations as object })
      .filter((entry): entry is [string, Operation] => typeof entry[1] === 'object' && entry[1] !== null && 'responses' in entry[1])
      .map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })))
}

function addResponses (operation: Operation, { dialect }: OpenApiSettings): readonly GuardStatus[] {
  const { responses, [statusesExtension]: statuses = [] } = operation
  const place = dialect === 'swagger' ? '#/responses/' : '#/components/responses/'
  operation.responses = { ...responses, ...Object.fromEntries(statuses.map((status) => [status, { $ref: place + guardResponses[status].name }])) }
  return statuses
}

// What the application has declared under the same name is what it wants to be there.
function addComponents (document: Document, used: readonly GuardStatus[], { dialect }: OpenApiSettings): void {
  const responses = Object.fromEntries(used.map((status) => [guardResponses[status].name, responseIn(dialect, status)]))
  const schemas = { [errorSchemaName]: errorSchema() }
  if (dialect === 'swagger') {
    document.responses = { ...responses, ...document.responses as object }
    document.definitions = { ...schemas, ...document.definitions as object }
  } else {
    const { components = {} } = document
    document.components = { ...components, responses: { ...responses, ...components.responses as object }, schemas: { ...schemas, ...components.schemas as object } }
  }
}

function addScheme (document: Document, written: Loose, settings: OpenApiSettings): void {
  const all = { ...schemesIn(document, settings), [settings.scheme]: written }
  if (settings.dialect === 'swagger') document.securityDefinitions = all
  else document.components = { ...document.components, securitySchemes: all }
}

/** Every scope that an operation needs, and for what. */
function scopesOf (operations: readonly Named[], forAll: Security, { scheme }: OpenApiSettings): Readonly<Record<string, string>> {
  const users = new Map<string, Set<string>>()
  const note = (security: Security, name: string): void => {
    for (const scope of security.flatMap((way) => way[scheme] ?? [])) users.set(scope, (users.get(scope) ?? new Set()).add(name))
  }
  note(forAll, 'every operation')
  for (const { name, operation } of operations) note(operation.security ?? [], name)
  return Object.fromEntries([...users].sort().map(([scope, names]) => [scope, purposeOf([...names])]))
}

function purposeOf ([first, ...others]: readonly string[]): string {
  return `Needed by ${String(first)}${others.length === 0 ? '' : ` and ${others.length} more`}`
}
