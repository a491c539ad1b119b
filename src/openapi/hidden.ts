/** Which routes stay out of the document: what @fastify/swagger leaves out is nobody's to describe. */
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import type { Loose } from './dialect.js'

/** Tells whether a route of this schema stays out, as @fastify/swagger decides it by the same options. */
export function hiddenBy ({ hiddenTag = 'X-HIDDEN', hideUntagged = false }: FastifyDynamicSwaggerOptions): (schema: unknown) => boolean {
  return (schema) => {
    const { hide, tags }: Loose = { ...schema as object }
    const all: readonly unknown[] = Array.isArray(tags) ? tags : []
    return Boolean(hide) || all.includes(hiddenTag) || (hideUntagged && all.length === 0)
  }
}
