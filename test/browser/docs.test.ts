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

visit('axe-core finds nothing in the documentation that Swagger UI does not bring along', async (t, page) => {
  await page.waitForSelector('button.authorize')
  const rules = (await violationsOf(page)).map((violation) => violation.slice(0, violation.indexOf(':')))
  // Its colours of methods, its headings, its logo, its unlabelled fields and its buttons within buttons: none of it is ours to change.
  const known = ['serious color-contrast', 'moderate heading-order', 'critical image-alt', 'critical label', 'serious nested-interactive', 'moderate region']
  t.strictSame(rules.filter((rule) => !known.includes(rule)), [])
  t.ok(rules.length > 0, 'axe-core has looked')
}, '/docs')
