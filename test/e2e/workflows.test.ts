/** The workflows run other people's code: only what was looked at, and with no more rights than it needs. */
import { readdir, readFile } from 'node:fs/promises'
import t from 'tap'

const folder = new URL('../../.github/workflows/', import.meta.url)
const files = (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name))

t.ok(files.includes('ci.yml'))

for (const file of files) {
  const text = await readFile(new URL(file, folder), 'utf8')

  t.test(`${file} pins every action to a commit and names its version`, async (t) => {
    const uses = text.match(/uses:.*/g) ?? []
    t.ok(uses.length > 0)
    for (const one of uses) t.match(one, /^uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
  })

  t.test(`${file} reads the repository and no more, unless a job asks for it`, async (t) => {
    t.match(text, /^permissions:\n {2}contents: read\n(?! )/m)
    t.notMatch(text, 'write-all')
    t.notMatch(text, 'pull_request_target', 'a stranger\'s code would run with the rights of this repository')
    t.equal(text.match(/actions\/checkout@/g)?.length, text.match(/persist-credentials: false/g)?.length, 'no token is left for the scripts of packages')
  })
}
