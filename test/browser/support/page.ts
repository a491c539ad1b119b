/** What a person does on the page of the example. */
import type { Page } from 'playwright-core'

/** Signs in on the page of the user pool, with a click on a name. */
export async function signIn (page: Page, username: string): Promise<void> {
  await page.click('#sign-in')
  await choose(page, username)
}

/** Chooses a user on the page of the pool, and waits until the example knows them. */
export async function choose (page: Page, username: string): Promise<void> {
  await page.click(`button[value="${username}"]`)
  await page.waitForSelector('#sign-out')
}

/** Chooses what is sent with each call, and waits until it is there. */
export async function send (page: Page, choice: string): Promise<void> {
  const isSpoiled = ['expired', 'longAgo', 'otherClient'].includes(choice)
  const made = isSpoiled ? page.waitForResponse((response) => response.url().endsWith(`/page/spoiled/${choice}`) && response.ok()) : null
  await page.check(`input[value="${choice}"]`)
  await made
}

/** What a call shows: the status, and the whole text of the answer. */
export interface Shown {
  readonly status: number
  readonly text: string
}

/** Presses the button of a route, named as in `GET /api/me`, and reads the answer. */
export async function press (page: Page, name: string): Promise<Shown> {
  const [method = '', url = ''] = name.split(' ')
  await page.evaluate("document.querySelectorAll('.answered details').forEach((answer) => answer.remove())")
  await page.click(`button[aria-label="${name}"]`)
  return readAnswer(page, method, url)
}

/** Waits for the answer of a call and reads it. */
export async function readAnswer (page: Page, method: string, url: string): Promise<Shown> {
  const answer = page.locator(`li[data-route="${url}"] details[data-method="${method}"]`)
  const status = await answer.locator('.status').getAttribute('data-status')
  return { status: Number(status), text: await answer.innerText() }
}

/** Presses the button that calls every route, and reads all statuses by `GET /api/me`. */
export async function pressAll (page: Page): Promise<Record<string, number>> {
  await page.click('#call-all')
  // It cannot be pressed again until all have answered.
  await page.waitForSelector('#call-all:enabled')
  const rows: ReadonlyArray<readonly [string, number]> = await page.evaluate(`Array.from(document.querySelectorAll('.answered details'), (answer) =>
    [answer.dataset.method + ' ' + answer.closest('li').dataset.route, Number(answer.querySelector('.status').dataset.status)])`)
  return Object.fromEntries(rows)
}
