import t from 'tap'
import { readdir, readFile } from 'node:fs/promises'

const root = new URL('../../', import.meta.url)
const read = async (path: string): Promise<string> => readFile(new URL(path, root), 'utf8')
const { version } = JSON.parse(await read('package.json')) as { version: string }

t.test('the changelog has the form of Keep a Changelog and tells of this version', async (t) => {
  const changelog = await read('CHANGELOG.md')
  const releases = [...changelog.matchAll(/^## \[(.+?)\](.*)$/gm)]
  t.equal(releases[0]?.[1], 'Unreleased')
  t.ok(releases.some(([, name]) => name === version), version)
  for (const [, name = '', rest] of releases.slice(1)) {
    t.match(name, /^\d+\.\d+\.\d+$/)
    t.match(rest, /^ - \d{4}-\d{2}-\d{2}$/)
  }
  const kinds = [...changelog.matchAll(/^### (.*)$/gm)].map(([, kind = '']) => kind)
  for (const kind of kinds) t.ok(['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'].includes(kind), kind)
})

t.test('every workflow pins its actions by commit and may only read, unless it publishes', async (t) => {
  const names = await readdir(new URL('.github/workflows/', root))
  t.ok(names.includes('release.yml'))
  for (const name of names) {
    const workflow = await read(`.github/workflows/${name}`)
    for (const [line] of workflow.matchAll(/^.*uses:.*$/gm)) t.match(line, /uses: [\w./-]+@[0-9a-f]{40} # v\d+(?:\.\d+)*$/, `${name}: ${line.trim()}`)
    const [, top = ''] = /^permissions:\n((?: .*\n)+)/m.exec(workflow) ?? []
    t.equal(top, '  contents: read\n', name)
    const writes = workflow.match(/: write$/gm) ?? []
    t.equal(writes.length, name === 'release.yml' ? 1 : 0, `${name}: permissions to write`)
  }
})

t.test('only the job that publishes has an identity, and it publishes with provenance after the tests', async (t) => {
  const workflow = await read('.github/workflows/release.yml')
  const [, test = '', publish = ''] = workflow.split(/^ {2}(?=\w+:\n {4})/m).slice(-3)
  t.notMatch(test, 'id-token')
  t.match(publish, /needs: test\n[^]*id-token: write[^]*npm ci --ignore-scripts[^]*npm pkg set repository[^]*npm publish --provenance/)
  const { scripts } = JSON.parse(await read('package.json')) as { scripts: Record<string, string> }
  t.match(scripts.prepack, 'build', 'packing builds')
  t.notMatch(workflow, /secrets\.|pull_request/)
})
