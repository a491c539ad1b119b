/** The README, the example's, and the pages of `docs` in parts: code blocks and tables, found by the heading they stand under. */
import { readdirSync, readFileSync } from 'node:fs'

export interface CodeBlock {
  /** Path of the page within the repository. */
  readonly page: string
  readonly heading: string
  readonly language: string
  readonly code: string
}

export type TableRow = Readonly<Record<string, string>>

interface Section {
  readonly page: string
  readonly heading: string
  readonly text: string
}

const root = new URL('../../', import.meta.url)

// docs/api is what typedoc writes.
const inDocs = readdirSync(new URL('docs', root), { recursive: true, encoding: 'utf8' })
  .map((path) => `docs/${path.replaceAll('\\', '/')}`)
  .filter((path) => path.endsWith('.md') && !path.startsWith('docs/api/'))

/** The text of each page, by its path within the repository; the README first. */
export const pages: ReadonlyMap<string, string> = new Map(['README.md', 'example/README.md', ...inDocs.sort()].map((path) => [path, readFileSync(new URL(path, root), 'utf8')]))

/** The text of all pages. */
export const everyPage: string = [...pages.values()].join('\n')

/** The sections of a page: each from its heading to the next one. A line that starts with "#" in a code block is no heading. */
export function sectionsOf (page: string, text: string): readonly Section[] {
  const prose = text.replace(/^```.*?^```$/gms, (block) => block.replace(/^#/gm, ' '))
  const starts = [...prose.matchAll(/^#{1,4} (.*)$/gm)].map(({ index, 1: heading = '' }) => ({ index, heading }))
  return starts.map(({ index, heading }, at) => ({ page, heading, text: text.slice(index, starts[at + 1]?.index) }))
}

const sections = [...pages].flatMap(([page, text]) => sectionsOf(page, text))

/** The code blocks in order. */
export const blocks: readonly CodeBlock[] = sections.flatMap(({ page, heading, text }) =>
  [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = '', code = '']) => ({ page, heading, language, code })))

/** The blocks of a language under a heading, which only one page may have. */
export function blocksUnder (heading: string, language: string): readonly string[] {
  const found = blocks.filter((block) => block.heading === heading && block.language === language)
  const [first] = found
  if (first === undefined) throw new Error(`no page has a ${language} block under "${heading}"`)
  if (found.some(({ page }) => page !== first.page)) throw new Error(`more than one page has ${language} blocks under "${heading}"`)
  return found.map(({ code }) => code)
}

/** The rows of all tables under a heading of a page, by the names of their columns; code marks are taken off where they enclose a cell. */
export function rowsUnder (page: string, heading: string): readonly TableRow[] {
  const text = sections.filter((section) => section.page === page && section.heading === heading).map((section) => section.text).join('\n')
  const tables = text.match(/(?:^\|.*\n)+/gm) ?? []
  return tables.flatMap((table) => {
    const [names = [], , ...rows] = table.trim().split('\n').map(readCells)
    return rows.map((cells) => Object.fromEntries(names.map((name, at) => [name, cells[at] ?? ''])))
  })
}

// A bar within a cell is written with a backslash.
function readCells (line: string): string[] {
  return line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim().replace(/^`([^`]*)`$/, '$1').replaceAll('\\|', '|'))
}
