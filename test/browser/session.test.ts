/** The page of the example in a real browser: what becomes of a session, and of a token that is spoiled. */
import t from 'tap'
import type { Page, Request } from 'playwright-core'
import { startScene } from './support/example.js'
import { choose, press, pressAll, readAnswer, send, signIn } from './support/page.js'

const { pool, visit, origin } = await startScene(t)

function requestsOf (page: Page, path: string): Request[] {
  const requests: Request[] = []
  page.on('request', (request) => { if (new URL(request.url()).pathname === path && request.method() !== 'OPTIONS') requests.push(request) })
  return requests
}

visit('an expired token is refreshed once, however many calls find it so at once', async (t, page) => {
  await signIn(page, 'alice')
  await send(page, 'expired')
  const refreshes = requestsOf(page, '/oauth2/token')
  const statuses = await pressAll(page)
  t.match(statuses, { 'GET /api/me': 200, 'HEAD /api/me': 200, 'GET /api/admin': 200, 'POST /api/files': 201 })
  t.equal(refreshes.length, 1)
  t.match(new URLSearchParams(refreshes[0]?.postData() ?? '').get('grant_type'), 'refresh_token')
  t.equal(await page.isChecked('input[value="access"]'), true, 'and the new one is sent from now on')
})

visit('what the page did about a refusal is shown', async (t, page) => {
  await signIn(page, 'carol')
  await send(page, 'expired')
  const { status, text } = await press(page, 'GET /api/me')
  t.equal(status, 200)
  t.match(text, '401 → refreshed the token → 200')
  t.match(text, 'error_description="Token has expired"')
})

visit('an altered token and one of another app client are refused, with nothing to be done about it', async (t, page) => {
  await signIn(page, 'carol')
  const refreshes = requestsOf(page, '/oauth2/token')
  for (const choice of ['altered', 'otherClient']) {
    await send(page, choice)
    const { status, text } = await press(page, 'GET /api/admin')
    t.equal(status, 401, choice)
    t.match(text, 'FST_COGNITO_TOKEN_INVALID')
  }
  await send(page, 'none')
  t.equal((await press(page, 'GET /api/me')).status, 401)
  await send(page, 'access')
  t.equal((await press(page, 'GET /api/admin')).status, 403)
  t.equal(refreshes.length, 0)
})

visit('a sign-in that is too old is asked for again, and the call is made again', async (t, page) => {
  await signIn(page, 'alice')
  await send(page, 'longAgo')
  const authorizations = requestsOf(page, '/oauth2/authorize')
  await page.click('button[aria-label="POST /api/keys"]')
  await choose(page, 'alice')
  t.equal((await readAnswer(page, 'POST', '/api/keys')).status, 201)
  t.equal(new URL(authorizations[0]?.url() ?? '').searchParams.get('prompt'), 'login')
})

visit('an outage is waited for as long as it says', async (t, page) => {
  await signIn(page, 'carol')
  let isDown = true
  await page.route('**/api/agents/status', async (route) => {
    if (isDown) await route.fulfill({ status: 503, headers: { 'retry-after': '1' }, json: { code: 'FST_COGNITO_UNAVAILABLE' } })
    else await route.continue()
    isDown = false
  })
  const { status, text } = await press(page, 'GET /api/agents/status')
  t.equal(status, 200)
  t.match(text, '503 → waited 1 s → 200')
  t.match(text, 'Retry-After: 1')
})

visit('a reload keeps the session; signing out ends it here, at the pool, and for its refresh token', async (t, page) => {
  await signIn(page, 'bob')
  await page.reload()
  await page.waitForSelector('#sign-out')
  const refreshToken: string = await page.evaluate("JSON.parse(sessionStorage.getItem('tokens')).refresh_token")
  await page.click('#sign-out')
  await page.waitForSelector('#sign-in')
  t.equal(await page.evaluate('sessionStorage.length'), 0)
  t.equal((await press(page, 'GET /api/me')).status, 401)
  const { clientId: [clientId = ''] } = pool.options
  const refused = await fetch(`${pool.origin}/oauth2/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'refresh_token', client_id: clientId, refresh_token: refreshToken }) })
  t.match(await refused.json(), { error: 'invalid_grant' })
  await page.click('#sign-in')
  await page.waitForSelector('text=Who are you?')
})

visit('a sign-in that was not begun in this tab is refused', async (t, page) => {
  await page.goto(`${origin}/?code=of-somebody-else&state=made-up`)
  await page.waitForSelector('#sign-in')
  t.equal(await page.innerText('#news'), 'This sign-in was not begun in this tab.')
  t.equal(page.url(), `${origin}/`)
})

visit('a session whose refresh token is worth nothing ends as a guest', async (t, page) => {
  await signIn(page, 'carol')
  await page.evaluate("sessionStorage.setItem('tokens', JSON.stringify({ ...JSON.parse(sessionStorage.getItem('tokens')), refresh_token: 'revoked' }))")
  await page.reload()
  await page.waitForSelector('#sign-out')
  await send(page, 'expired')
  t.equal((await press(page, 'GET /api/me')).status, 401)
  await page.waitForSelector('#sign-in')
})
