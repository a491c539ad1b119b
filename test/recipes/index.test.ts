/** The list of recipes: no page without a line, no file without its page and its test, no shown code that is not the file. */
import t from 'tap'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { blocks, pages } from '../support/readme.js'

const root = new URL('../../', import.meta.url)
const index = 'docs/recipes/README.md'
const files = readdirSync(new URL('example/recipes', root), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => `${parentPath.slice(parentPath.indexOf('example/recipes'))}/${name}`.replace('//', '/'))
const recipePages = [...pages.keys()].filter((page) => page.startsWith('docs/recipes/') && page !== index)

/** The code of a file as an application writes it: with the package's name in place of the path to its sources, and the module of the page beside it. */
function asShown (path: string): string {
  return readFileSync(new URL(path, root), 'utf8')
    .replace("'../../page/call-api.js'", "'./call-api.js'")
    .replace(/'(?:\.\.\/)+src\/index\.js'/g, "'fastify-cognito-auth'")
    .replace(/'(?:\.\.\/)+src\/(\w+)\/index\.js'/g, "'fastify-cognito-auth/$1'")
}

t.test('every page of the recipes is in the list', async (t) => {
  const listed = [...(pages.get(index) ?? '').matchAll(/\]\(([\w-]+\.md)\)/g)].map(([, name = '']) => `docs/recipes/${name}`)
  t.ok(recipePages.length > 10)
  t.strictSame(listed.toSorted(), recipePages.toSorted())
})

t.ok(files.length > 0, 'there are files')
for (const file of files) {
  t.test(`${file} is in the list, has a test, and is shown by one page as it is`, async (t) => {
    const link = `](../../${file})`
    t.ok(pages.get(index)?.includes(link), 'linked from the list')
    const linking = recipePages.filter((page) => pages.get(page)?.includes(link))
    t.equal(linking.length, 1, 'linked from one page')
    const shown = blocks.filter(({ page }) => page === linking[0]).map(({ code }) => code)
    t.ok(shown.includes(asShown(file)), 'the page shows the file')
    // A recipe of several files is a folder, and has one test that is named like it.
    const [name = ''] = file.slice('example/recipes/'.length).split('/')
    t.ok(existsSync(new URL(`test/recipes/${basename(name, extname(name))}.test.ts`, root)), 'has a test')
  })
}
