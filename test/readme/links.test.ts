import t from 'tap'
import { existsSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { blocks, pages, sectionsOf } from '../support/readme.js'

const root = new URL('../../', import.meta.url)
const others = ['.github/CONTRIBUTING.md', '.github/SECURITY.md', 'bench/README.md', 'CHANGELOG.md']
const texts = new Map([...pages, ...others.map((path) => [path, readFileSync(new URL(path, root), 'utf8')] as const)])

/** The anchors of a page as GitHub makes them: lower case, without punctuation, hyphens for spaces, a number where a name comes again. */
function anchorsOf (page: string): ReadonlySet<string> {
  const anchors = new Set<string>()
  for (const { heading } of sectionsOf(page, texts.get(page) ?? '')) {
    const anchor = heading.toLowerCase().replace(/[^\w\- ]/g, '').replaceAll(' ', '-')
    for (let at = 0; ; at++) {
      const name = at === 0 ? anchor : `${anchor}-${at}`
      if (anchors.has(name)) continue
      anchors.add(name)
      break
    }
  }
  return anchors
}

/** What is wrong with a link of a page to a place in the repository, or null. */
function faultOf (page: string, link: string): string | null {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? page : posix.join(posix.dirname(page), path)
  if (target.startsWith('..') || !existsSync(new URL(target, root))) return `${link}: no such file`
  if (anchor === undefined) return null
  if (!texts.has(target)) return `${link}: an anchor in a file whose headings no test knows`
  return anchorsOf(target).has(anchor) ? null : `${link}: no such heading`
}

for (const [page, text] of texts) {
  t.test(`every link of ${page} within the repository leads to a file, and to a heading of it`, async (t) => {
    const prose = text.replace(/^```.*?^```$/gms, '')
    const links = [...prose.matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, link = '']) => link)
    t.strictSame(links.map((link) => faultOf(page, link)).filter((fault) => fault !== null), [])
  })
}

t.test('a wrong link is noticed', async (t) => {
  t.equal(faultOf('docs/errors.md', 'nowhere.md'), 'nowhere.md: no such file')
  t.equal(faultOf('docs/errors.md', '../../outside.md'), '../../outside.md: no such file')
  t.equal(faultOf('docs/errors.md', 'options.md#nothing'), 'options.md#nothing: no such heading')
  t.equal(faultOf('README.md', '#nothing'), '#nothing: no such heading')
  t.equal(faultOf('README.md', 'LICENSE#nothing'), 'LICENSE#nothing: an anchor in a file whose headings no test knows')
  t.equal(faultOf('docs/errors.md', '../README.md#install'), null)
})

t.test('every page of docs can be reached from the README', async (t) => {
  const reached = new Set(['README.md'])
  for (const page of reached) {
    for (const [, link = ''] of (texts.get(page) ?? '').matchAll(/\]\((?!https?:)([^)#]+)/g)) {
      const target = posix.join(posix.dirname(page), link)
      if (pages.has(target)) reached.add(target)
    }
  }
  t.strictSame([...pages.keys()].filter((page) => !reached.has(page)), [])
})

t.test('the README is short, and no two pages have code under the same heading', async (t) => {
  t.ok((pages.get('README.md') ?? '').split('\n').length <= 220)
  const places = new Set(blocks.map(({ page, heading }) => `${heading} (${page})`))
  const headings = new Set(blocks.map(({ heading }) => heading))
  t.equal(places.size, headings.size, [...places].sort().join(', '))
})
