/** The documentation pages of other packages under deny by default, as docs/openapi.md shows them. */
import t from 'tap'
import { assertRefused } from '../support/refusals.js'
import { createReadmePool, runBlock } from '../support/readme-module.js'

interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly security?: object[] }>>>>
  readonly components: { readonly securitySchemes: { readonly cognito: { readonly type: string, readonly flows: { readonly authorizationCode: Readonly<Record<string, unknown>> } } } }
}

t.test('Scalar under deny by default: its page, its script and the document are public, the API is not', async (t) => {
  const pool = createReadmePool(t)
  const { app } = await runBlock(t, 'Scalar')
  const page = await app.inject('/reference/')
  t.equal(page.statusCode, 200)
  t.match(page.headers['content-type'], 'text/html')
  // What the page asks for, by its own text.
  const script = new URL(/<script[^>]* src="([^"]+)"/.exec(page.body)?.[1] ?? '', 'http://localhost/reference/')
  t.equal(script.origin, 'http://localhost')
  t.equal((await app.inject(script.pathname)).statusCode, 200, script.pathname)
  const answer = await app.inject('/reference/openapi.json')
  t.equal(answer.statusCode, 200)
  const { paths, components } = answer.json<OpenApiDocument>()
  t.match(components.securitySchemes.cognito, { type: 'oauth2', flows: { authorizationCode: { authorizationUrl: 'https://example.auth.us-east-1.amazoncognito.com/oauth2/authorize', 'x-usePkce': 'SHA-256' } } })
  t.match(paths['/orders']?.['get']?.security, [{ cognito: [] }])
  t.strictSame(Object.keys(paths), ['/orders'], 'the page is no part of the API')

  t.strictSame(app.cognitoAuth.routes().filter(({ source }) => source === 'publicRoutes').map(({ url }) => url).filter((url) => !/^\/reference(?:\/|$)/.test(url)), [])
  assertRefused(t, await app.inject('/orders'), 'FST_COGNITO_TOKEN_MISSING')
  t.equal((await app.inject({ url: '/orders', headers: pool.authorization(await pool.accessToken()) })).statusCode, 200)
  assertRefused(t, await app.inject('/referenced'), 'FST_COGNITO_TOKEN_MISSING')
})
