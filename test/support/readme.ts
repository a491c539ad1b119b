/** The README in parts: code blocks and tables, found by the heading they stand under. */
import { readFileSync } from 'node:fs'

export interface CodeBlock {
  readonly heading: string
  readonly language: string
  readonly code: string
}

export type TableRow = Readonly<Record<string, string>>

/** The text of the README. */
export const readme: string = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

const sections = readme.split(/^(?=#{1,3} )/m).map((text) => ({ heading: /^#+ (.*)/.exec(text)?.[1] ?? '', text }))

/** The headings in order. */
export const headings: readonly string[] = sections.map(({ heading }) => heading)

/** The code blocks in order. */
export const blocks: readonly CodeBlock[] = sections.flatMap(({ heading, text }) =>
  [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = '', code = '']) => ({ heading, language, code })))

/** The blocks of a language under a heading. */
export function blocksUnder (heading: string, language: string): readonly string[] {
  const found = blocks.filter((block) => block.heading === heading && block.language === language).map(({ code }) => code)
  if (found.length === 0) throw new Error(`the README has no ${language} block under "${heading}"`)
  return found
}

/** The rows of all tables under a heading, by the names of their columns; code marks are taken off where they enclose a cell. */
export function rowsUnder (heading: string): readonly TableRow[] {
  const text = sections.filter((section) => section.heading === heading).map((section) => section.text).join('\n')
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

/** How the recipes begin: with the first example's instance, unless they make or register one themselves. */
export function completed (code: string): string {
  if (code.includes("import Fastify from 'fastify'\n") || code.includes('export default')) return code
  const registered = /^await app\.register\(cognitoAuth/m.test(code) ? '' : "await app.register(cognitoAuth, { ...pool, roles: { Admins: 'Admin', Auditors: 'Auditor' }, defaultRole: 'Operator' })\n"
  return `import Fastify from 'fastify'
import cognitoAuth from 'fastify-cognito-auth'
const pool = { userPoolId: 'us-east-1_EXAMPLE01', clientId: '1example23456789' }
const app = Fastify()
${registered}${code}`
}
