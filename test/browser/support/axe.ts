/** axe-core: what makes a page hard to use for people with disabilities, as far as a program can tell. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'

const source = await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

/** The violations, each with the elements that it is about. */
export async function violationsOf (page: Page): Promise<string[]> {
  await page.evaluate(source)
  return page.evaluate("axe.run().then(({ violations }) => violations.map(({ id, impact, nodes }) => impact + ' ' + id + ': ' + nodes.map(({ html }) => html).join(' | ')))")
}
