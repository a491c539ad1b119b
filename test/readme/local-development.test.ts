import t from 'tap'
import { startDevUserPool } from '../../src/dev/index.js'
import { blocksUnder } from '../support/readme.js'
import { importBlock } from '../support/readme-module.js'

t.test('the pool in code: a user of its own, accepted by the plugin', async (t) => {
  const printed: unknown[] = []
  t.intercept(console, 'log', { value: (line: unknown) => printed.push(line) })
  await importBlock(t, 'In code')
  t.strictSame(printed, [200])
})

t.test('the file of the page is one that the command takes', async (t) => {
  const [file = ''] = blocksUnder('Users, clients and lifetimes', 'json')
  const pool = await startDevUserPool({ ...JSON.parse(file) as object, port: 0 })
  t.teardown(() => pool.close())
  t.match(await pool.token({ subject: 'ada', tokenUse: 'id' }), /^eyJ/)
})
