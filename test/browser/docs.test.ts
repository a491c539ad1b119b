/** The documentation of the example in a real browser: signing in there, and what "Try it out" answers. */
import t from 'tap'
import type { Page } from 'playwright-core'
import { violationsOf } from './support/axe.js'
import { keepPicture, startScene } from './support/example.js'

const { visit, pool, origin } = await startScene(t)

/** Presses Authorize, and signs in by the window that opens. */
async function authorize (page: Page, username: string): Promise<string> {
  await page.click('button.authorize')
  const opened = page.waitForEvent('popup')
  await page.click('.modal-ux button.authorize')
  const popup = await opened
  await popup.waitForSelector(`button[value="${username}"]`)
  const address = popup.url()
  await Promise.all([popup.waitForEvent('close'), popup.click(`button[value="${username}"]`)])
  await page.waitForSelector('.modal-ux button:has-text("Logout")')
  await page.click('.modal-ux button.btn-done')
  return address
}

/** Opens an operation, executes it, and reads the status. */
async function execute (page: Page, path: string): Promise<number> {
  const operation = page.locator('.opblock-get', { has: page.locator(`[data-path="${path}"]`) })
  await operation.locator('button.opblock-summary-control').click()
  await operation.locator('button.execute').click()
  return Number.parseInt(await operation.locator('.live-responses-table tbody .response-col_status').innerText())
}

visit('Authorize signs in by code and PKCE, and "Try it out" sends the token: 200 and 403', async (t, page) => {
  const asked: URL[] = []
  page.context().on('request', (request) => asked.push(new URL(request.url())))
  await page.waitForSelector('button.authorize')
  t.equal(await execute(page, '/api/agents/status'), 401, 'before that there is no token')
  await authorize(page, 'bob')
  t.equal(await execute(page, '/api/audit'), 200)
  t.equal(await execute(page, '/api/admin'), 403)
  await keepPicture(page, 'docs')
  const { searchParams } = asked.find(({ pathname }) => pathname === '/oauth2/authorize') ?? new URL(origin)
  t.match(Object.fromEntries(searchParams), { response_type: 'code', client_id: String(pool.options.clientId[0]), code_challenge_method: 'S256', scope: 'openid email' })
  t.ok(asked.every((url) => url.origin === origin || url.origin === pool.origin), 'it works without a network')
}, '/docs')

// Of Swagger UI, by its own names for its parts: none of it is ours to change. Whatever else breaks the same rule is a fault.
const known: ReadonlyArray<readonly [rule: string, element: RegExp]> = [
  ['serious color-contrast', /^<button class="download-url-button button">/],
  ['serious color-contrast', /^<span class="(?:url|opblock-summary-method)">/],
  ['serious color-contrast', /^<pre class="version">/],
  ['serious color-contrast', /^<span>Authorize<\/span>/],
  ['serious color-contrast', /^<button type="button" class="json-schema-2020-12-expand-deep-button">/],
  ['serious nested-interactive', /^<button aria-expanded="false" class="opblock-summary-control">/],
  ['critical image-alt', /^<img height="40" src="data:image\/svg\+xml;b\.\.\.">/],
  ['critical label', /^<input class="download-url-input" type="text" id="download-url-input"/],
  ['moderate heading-order', /^<h3 class="opblock-tag no-desc" id="operations-tag-default"/],
  ['moderate region', /^<div class="information-container wrapper">/]
]

/** The faults of the page, each with its element, without those of Swagger UI; and how many those are. */
async function ownFaults (page: Page): Promise<{ readonly faults: string[], readonly known: number }> {
  const all = (await violationsOf(page)).flatMap((violation) => {
    const at = violation.indexOf(': ')
    return violation.slice(at + 2).split(' | ').map((element) => [violation.slice(0, at), element] as const)
  })
  const faults = all.filter(([rule, element]) => !known.some(([name, form]) => name === rule && form.test(element)))
  return { faults: faults.map(([rule, element]) => `${rule}: ${element}`), known: all.length - faults.length }
}

visit('axe-core finds nothing in the documentation that Swagger UI does not bring along', async (t, page) => {
  await page.waitForSelector('button.authorize')
  const { faults, known } = await ownFaults(page)
  t.strictSame(faults, [])
  t.ok(known > 10, 'axe-core has looked')
}, '/docs')

visit('axe-core does find in the documentation what breaks a rule that Swagger UI breaks too', async (t, page) => {
  await page.waitForSelector('button.authorize')
  await page.evaluate(`document.querySelector('.information-container .info').insertAdjacentHTML('beforeend',
    '<p style="color: #ccc; background: #fff">pale</p><img src="data:," width="9" height="9"><input id="nameless">')`)
  const { faults } = await ownFaults(page)
  t.match(faults.sort(), [/^critical image-alt: <img src="data:,/, /^critical label: <input id="nameless"/, /^serious color-contrast: <p style/])
  t.equal(faults.length, 3)
}, '/docs')
