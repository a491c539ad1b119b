/** The page of the example in a real browser: every route, as each user. */
import t from 'tap'
import type { Page } from 'playwright-core'
import { violationsOf } from './support/axe.js'
import { keepPicture, startScene } from './support/example.js'
import { choose, press, pressAll, send, signIn } from './support/page.js'
import { promised } from './support/promised.js'

const { app, origin, visit, watch } = await startScene(t)
const routes = app.cognitoAuth.routes()

visit('a guest gets from every route what routes() promises', async (t, page) => {
  t.strictSame(await pressAll(page), promised(routes, null))
  const { status, text } = await press(page, 'GET /api/me')
  t.equal(status, 401)
  t.match(text, 'WWW-Authenticate: Bearer realm="api"')
  t.match(text, '"code": "FST_COGNITO_TOKEN_MISSING"')
  await page.fill('input[aria-label="* of /*"]', '<img src=x onerror=alert(1)>')
  t.equal((await press(page, 'GET /*')).status, 404)
  t.equal(await page.locator('#groups img').count(), 0, 'what an API answers is never taken for markup')
})

for (const caller of [
  { username: 'alice', groups: ['Admins'], role: 'Admin' },
  { username: 'bob', groups: ['Auditors'], role: 'Auditor' },
  { username: 'carol', groups: [], role: 'Operator' }
]) {
  visit(`${caller.username} gets from every route what routes() promises, and sees who they are`, async (t, page) => {
    await signIn(page, caller.username)
    t.equal(await page.innerText('#you-heading'), caller.username)
    t.equal(await page.innerText('#role'), caller.role)
    t.match(await page.innerText('#expiry'), /^(?:300|2\d\d) seconds until the token expires$/)
    await page.click('.claims summary')
    t.match(await page.innerText('#claims'), /token_use\s+access/)
    t.notMatch(page.url(), 'code=', 'the code does not stay in the address')
    t.strictSame(await pressAll(page), promised(routes, caller))
  })
}

visit('an ID token has the attributes that a rule asks for, of the tenant in the address alone', async (t, page) => {
  await signIn(page, 'alice')
  t.equal((await press(page, 'GET /api/tenants/:tenant/invoices')).status, 403)
  await send(page, 'id')
  await page.waitForSelector('text=alice@example.com')
  t.equal((await press(page, 'GET /api/tenants/:tenant/invoices')).status, 200)
  await page.fill('input[aria-label="tenant of /api/tenants/:tenant/invoices"]', 'other/../acme')
  t.equal((await press(page, 'GET /api/tenants/:tenant/invoices')).status, 403)
})

visit('it can be used with the keyboard alone', async (t, page) => {
  await page.waitForSelector('#sign-in')
  await page.keyboard.press('Tab')
  t.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to the routes')
  await page.keyboard.press('Enter')
  for (let tabs = 0; tabs < 4 && await page.evaluate('document.activeElement.getAttribute("aria-label")') !== 'GET /api/admin'; tabs++) await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.waitForSelector('li[data-route="/api/admin"] [data-status="401"]')
  t.equal(await page.innerText('#news'), 'GET /api/admin answered 401 Unauthorized', 'which a screen reader hears')
})

const looks = {
  light: { colorScheme: 'light', width: 1280, height: 860 }, dark: { colorScheme: 'dark', width: 1280, height: 860 }, phone: { colorScheme: 'light', width: 390, height: 844 }
} as const

async function look (page: Page, { colorScheme, width, height }: typeof looks[keyof typeof looks]): Promise<void> {
  await page.emulateMedia({ colorScheme })
  await page.setViewportSize({ width, height })
}

visit('axe-core finds nothing, as a guest, at the sign-in, and as a user; by day, by night and on a telephone', async (t, page) => {
  await page.waitForSelector('#sign-in')
  for (const [name, one] of Object.entries(looks)) {
    await look(page, one)
    t.strictSame(await violationsOf(page), [], `a guest, ${name}`)
  }
  await page.click('#sign-in')
  await page.waitForSelector('button[value="bob"]')
  t.strictSame(await violationsOf(page), [], 'the page of the pool')
  await choose(page, 'bob')
  await pressAll(page)
  await page.click('button[aria-label="GET /api/admin"]')
  await page.waitForSelector('li[data-route="/api/admin"] pre')
  for (const [name, one] of Object.entries(looks)) {
    await look(page, one)
    t.strictSame(await violationsOf(page), [], `bob, ${name}`)
    t.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true, 'nothing is wider than the window')
    await keepPicture(page, `page-${name}`)
  }
})

// Checks of the checks: a rule that never speaks would look like a page without faults.
visit('axe-core does find what is wrong', async (t, page) => {
  await page.waitForSelector('#sign-in')
  await page.evaluate("document.querySelector('header img').removeAttribute('alt')")
  t.match(await violationsOf(page), [/^critical image-alt/])
})

t.test('a script of elsewhere and one written into the page are noticed, and do not run', async (t) => {
  const { page, faults } = await watch()
  await page.goto(origin)
  await page.evaluate("document.body.append(Object.assign(document.createElement('img'), { src: 'https://attacker.example/x.png' }))")
  await t.rejects(page.evaluate("document.body.setAttribute('onclick', 'document.title = 1')"), /TrustedScript/)
  await page.context().close()
  t.match(faults.join('\n'), /policy: img-src https:\/\/attacker\.example/)
})
