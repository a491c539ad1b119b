/** The page at `/`: files that a browser runs as they are, and what they have to know of this application. */
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import { getUser } from '../../src/index.js'
import type { AppOptions } from '../app.js'

const folder = join(import.meta.dirname, '..', 'page')
const files = ['index.html', 'style.css', 'icon.svg', 'page.js', 'call-api.js', 'element.js', 'routes.js', 'protection.js', 'session.js', 'sign-in.js', 'user.js']

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.svg': 'image/svg+xml'
}

// The page is no part of the API that the documentation describes.
const unlisted = { schema: { hide: true } }

/** Nothing but this page's own files, and no address but this application and the sign-in. */
function contentSecurityPolicy (domain: string | null): string {
  return [
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", `connect-src 'self' ${domain ?? ''}`.trimEnd(),
    "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'"
  ].join('; ')
}

const routes: FastifyPluginAsync<AppOptions> = async (app: FastifyInstance, { page }) => {
  if (page === undefined) return
  const { clientId, domain, spoil } = page
  const headers = {
    'content-security-policy': contentSecurityPolicy(domain),
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-cache'
  }
  // Each file is a route of its own, read at the start: no path of a request ever becomes a path on disk.
  for (const name of files) {
    const content = await readFile(join(folder, name))
    // Each name in the list has one of these endings.
    const type = types[extname(name)] as string
    app.get(name === 'index.html' ? '/' : `/page/${name}`, { ...unlisted, config: { auth: 'public' } }, async (_request, reply) => reply.headers(headers).type(type).send(content))
  }

  // An application would not show strangers how it is protected; this one is there to be looked at.
  app.get('/page/setup', { ...unlisted, config: { auth: 'public' } }, async () => ({ clientId, domain, canSpoil: spoil !== undefined, routes: app.cognitoAuth.routes() }))

  if (spoil === undefined) return
  app.get<{ Params: { how: string } }>('/page/spoiled/:how', { ...unlisted, config: { auth: 'required' } }, async (request) => {
    const { how } = request.params
    app.assert(how === 'expired' || how === 'otherClient' || how === 'longAgo', 404, `There is no way ${how} to spoil a token`)
    // Of the one who asks: nobody gets another user's token here.
    const { username } = getUser(request)
    app.assert(username !== null, 403, 'Only users have tokens to spoil')
    return { token: await spoil(username, how) }
  })
}

export default routes
