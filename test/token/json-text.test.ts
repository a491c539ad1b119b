import t from 'tap'
import { visitMembers } from '../../src/token/json-text.js'
import { parseJsonObject } from '../../src/token/strict-json.js'

function namesIn (text: string): { names: string[], isText: boolean } {
  const names: string[] = []
  const isText = visitMembers(text, 32, (start, end) => names.push(text.slice(start, end)))
  return { names, isText }
}

t.test('visits each member once, by its name as it is written', async (t) => {
  t.strictSame(namesIn('{"a" :1,"b:\\"":{"\\u0063":[":"]}}'), { names: ['"a"', '"b:\\""', '"\\u0063"'], isText: true })
})

t.test('gives up at the first colon that has no string of its own', async (t) => {
  t.strictSame(namesIn('{:'), { names: [], isText: false })
  t.strictSame(namesIn('{"a"::::'), { names: ['"a"'], isText: false })
  t.strictSame(namesIn('{"a":1:2,"b":3}'), { names: ['"a"'], isText: false })
})

t.test('a long name before six thousand colons is looked at once', async (t) => {
  const { names, isText } = namesIn(`{"${'\u5c00'.repeat(2_000)}"${':'.repeat(6_000)}\\"}`)
  t.equal(isText, false)
  t.equal(names.length, 1)
})

t.test('colons that no name stands before make no JSON object', async (t) => {
  for (const text of ['{:1}', '{"a"::1}', '{"a":1:2}', '{"a":"b":"c"}']) t.equal(parseJsonObject(Buffer.from(text)), null, text)
})
