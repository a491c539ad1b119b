/** The modules of `src` as their syntax tells them: what they import, export and name. */
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { dirname, join, normalize } from 'node:path'
import ts from 'typescript'

export interface ImportEdge {
  /** A module of `src` without its ending, such as `keys/jwk`, or the name of a package. */
  readonly to: string
  readonly isInternal: boolean
  /** Whether only types are imported, of which nothing is left at run time. */
  readonly isType: boolean
}

export interface SourceModule {
  /** Without its ending, such as `keys/jwk`. */
  readonly name: string
  readonly lines: number
  readonly imports: readonly ImportEdge[]
  readonly hasDefaultExport: boolean
  /** Identifiers and names of members in the code; words of comments and strings do not count. */
  readonly identifiers: ReadonlySet<string>
  readonly numbers: ReadonlySet<number>
  /** The last names of the functions called: `fetch` for `settings.fetch(…)`. */
  readonly calls: ReadonlySet<string>
  /** Whether it asks for the time: `Date.now`, `new Date()`, `performance`. */
  readonly readsClock: boolean
}

const source = fileURLToPath(new URL('../../src/', import.meta.url))

export function readSourceModules (): SourceModule[] {
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => readSourceModule(file.split('\\').join('/')))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
}

function readSourceModule (file: string): SourceModule {
  const text = readFileSync(join(source, file), 'utf8')
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const imports: ImportEdge[] = []
  const identifiers = new Set<string>()
  const numbers = new Set<number>()
  const calls = new Set<string>()
  let hasDefaultExport = false
  let readsClock = false

  function visit (node: ts.Node): void {
    if (ts.isImportDeclaration(node)) imports.push(edgeOf(file, node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword))
    if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) imports.push(edgeOf(file, node.moduleSpecifier, node.isTypeOnly))
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) imports.push(edgeOf(file, node.arguments[0]))
    if (ts.isExportAssignment(node) || (ts.isExportSpecifier(node) && node.name.text === 'default')) hasDefaultExport = true
    if (node.kind === ts.SyntaxKind.DefaultKeyword && ts.isFunctionDeclaration(node.parent)) hasDefaultExport = true
    if (ts.isIdentifier(node)) identifiers.add(node.text)
    if (ts.isNumericLiteral(node)) numbers.add(Number(node.text))
    if (ts.isCallExpression(node)) calls.add(calledName(node.expression))
    if (isClockReading(node)) readsClock = true
    ts.forEachChild(node, visit)
  }
  visit(tree)
  const lines = text.trimEnd().split('\n').length
  return { name: file.slice(0, -'.ts'.length), lines, imports, hasDefaultExport, identifiers, numbers, calls, readsClock }
}

function calledName (callee: ts.Expression): string {
  return ts.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText()
}

function isClockReading (node: ts.Node): boolean {
  if (ts.isNewExpression(node)) return node.expression.getText() === 'Date' && (node.arguments ?? []).length === 0
  return ts.isPropertyAccessExpression(node) && (node.expression.getText() === 'performance' || node.getText() === 'Date.now')
}

function edgeOf (file: string, specifier: ts.Expression | undefined, isType = false): ImportEdge {
  if (specifier === undefined || !ts.isStringLiteral(specifier)) throw new TypeError(`${file} imports what only its run can tell`)
  const isInternal = specifier.text.startsWith('.')
  const to = isInternal ? normalize(join(dirname(file), specifier.text)).replace(/\.js$/, '') : specifier.text
  return { to, isInternal, isType }
}
