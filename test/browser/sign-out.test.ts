/** The page of the example in a real browser, where machines share a list of revoked tokens: what becomes of it. */
import t from 'tap'
import { createRevocationList } from '../../src/revocation/index.js'
import { createTestStore } from '../support/revocation-store.js'
import { startScene } from './support/example.js'
import { press, pressAll, send, signIn } from './support/page.js'

const store = createTestStore({ now: Date.now })
const { visit } = await startScene(t, { revocations: createRevocationList({ store }) })
const own = 'POST /api/sign-out'
const of = 'POST /api/admin/users/:sub/sign-out'
const sub = 'input[aria-label="sub of /api/admin/users/:sub/sign-out"]'

visit('after signing out at the API the next call is refused, and the page signs out and says why', async (t, page) => {
  await signIn(page, 'bob')
  t.equal((await press(page, own)).status, 204)
  await page.click('button[aria-label="GET /api/me"]')
  await page.waitForSelector('#sign-in')
  t.equal(await page.innerText('#news'), 'Signed out: the token was revoked.')
  t.equal(await page.evaluate('sessionStorage.length'), 0)
  await page.reload()
  await page.waitForSelector('#sign-in')
  t.equal(await page.innerText('#news'), '', 'once')
})

visit('a reload finds it out too', async (t, page) => {
  await signIn(page, 'carol')
  t.equal((await press(page, own)).status, 204)
  await page.reload()
  await page.waitForSelector('#sign-in')
  t.equal(await page.innerText('#news'), 'Signed out: the token was revoked.')
})

visit('calling every route signs out nobody', async (t, page) => {
  const before = store.size
  await signIn(page, 'alice')
  const statuses = await pressAll(page)
  t.equal(statuses['GET /api/admin'], 200)
  t.notOk(Object.keys(statuses).some((name) => name.endsWith('/sign-out')))
  t.equal(store.size, before)
})

visit('a user who may not sign out others is told so, and stays; a token that is bad is not one that was revoked', async (t, page) => {
  await signIn(page, 'carol')
  t.equal((await press(page, of)).status, 403)
  await send(page, 'altered')
  t.equal((await press(page, own)).status, 401)
  t.equal(await page.isVisible('#sign-out'), true)
  await send(page, 'access')
  t.equal((await press(page, 'GET /api/me')).status, 200)
})

visit('an administrator signs out another by the sub, and themselves by the one filled in', async (t, page) => {
  await signIn(page, 'alice')
  await page.click('.claims summary')
  const [, alice = ''] = /\bsub\s+(\S+)/.exec(await page.innerText('#claims')) ?? []
  t.equal(await page.inputValue(sub), alice)
  await page.fill(sub, 'another')
  t.equal((await press(page, of)).status, 204)
  await send(page, 'id')
  await page.waitForSelector('text=alice@example.com')
  t.equal(await page.inputValue(sub), 'another', 'what the user has written stays')
  await send(page, 'access')
  t.equal((await press(page, 'GET /api/me')).status, 200)
  await page.fill(sub, alice)
  t.equal((await press(page, of)).status, 204)
  await page.click('button[aria-label="GET /api/me"]')
  await page.waitForSelector('#sign-in')
})
