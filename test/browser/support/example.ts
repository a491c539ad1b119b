/** The example and its user pool, listening in this process, and a real browser before them. */
import { existsSync, mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'
import type { Test } from 'tap'
import { buildApp } from '../../../example/app.js'
import { pageOptionsOf, startExampleUserPool } from '../../../example/dev-user-pool.js'
import type { DevUserPool } from '../../../src/dev/index.js'
import type { RevocationList } from '../../../src/revocation/index.js'

// Autoload refuses TypeScript unless it knows what compiles it; it does not know this test runner.
process.env.FASTIFY_AUTOLOAD_TYPESCRIPT = '1'

const browsers = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/chromium-browser']
const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

export interface BrowserScene {
  readonly app: FastifyInstance
  readonly pool: DevUserPool
  readonly origin: string
  /** A test of the example in a browser that nobody has used; whatever goes wrong in it fails the test. */
  visit (name: string, body: (t: Test, page: Page) => Promise<void>, path?: string): void
  /** A page of such a browser, and what goes wrong in it. */
  watch (): Promise<Watched>
}

export interface Watched {
  readonly page: Page
  readonly faults: string[]
}

/** Starts all three, with a list of revoked tokens or without; they end with the test. */
export async function startScene (t: Test, shared: { readonly revocations?: RevocationList } = {}): Promise<BrowserScene> {
  const executablePath = browsers.find((path) => existsSync(path))
  if (executablePath === undefined) throw new Error(`no browser: apt-get install chromium (looked for ${browsers.join(', ')})`)
  const [browser, { pool, options }] = await Promise.all([chromium.launch({ executablePath, args }), startExampleUserPool()])
  const app = buildApp({ auth: options, page: pageOptionsOf(pool), ...shared })
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(async () => {
    await browser.close()
    await app.close()
    await pool.close()
  })
  return {
    app,
    pool,
    origin,
    watch: () => watch(browser, [origin, pool.origin]),
    visit: (name, body, path = '/') => {
      void t.test(name, async (t) => {
        const { page, faults } = await watch(browser, [origin, pool.origin])
        try {
          await page.goto(origin + path)
          await body(t, page)
        } finally {
          await page.context().close()
        }
        t.strictSame(faults, [], 'no error in the console, no request to another host, nothing that the policy forbids')
      })
    }
  }
}

async function watch (browser: Browser, own: readonly string[]): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } })
  context.setDefaultTimeout(20_000)
  const faults: string[] = []
  await context.addInitScript("addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => console.error('policy: ' + violatedDirective + ' ' + blockedURI))")
  await context.route((url) => !own.includes(url.origin), async (route) => {
    faults.push(`asked ${route.request().url()}`)
    await route.abort()
  })
  const page = await context.newPage()
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('console', (message) => {
    // A browser writes every 4xx that a page is answered into the console; those are what the tests look at.
    const isAnswer = /^Failed to load resource: the server responded with a status of [45]/.test(message.text()) && own.includes(new URL(message.location().url).origin)
    if (['error', 'warning'].includes(message.type()) && !isAnswer) faults.push(message.text())
  })
  return { page, faults }
}

const shots = fileURLToPath(new URL('../../../reports/browser/', import.meta.url))

/** Keeps a picture of the page, for people to look at. */
export async function keepPicture (page: Page, name: string): Promise<void> {
  mkdirSync(shots, { recursive: true })
  await page.mouse.move(0, 0)
  await page.evaluate('scrollTo(0, 0)')
  await page.screenshot({ path: `${shots}${name}.png`, animations: 'disabled' })
}
