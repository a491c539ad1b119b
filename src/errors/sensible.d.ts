/** What `@fastify/sensible` exports as `httpErrors`, in the file that makes it; its types have no entry for that file. */
declare module '@fastify/sensible/lib/httpErrors.js' {
  import type { httpErrors } from '@fastify/sensible'

  const errors: typeof httpErrors
  export { errors as default }
}
