/** What a request has passed, and by whose word. */
import t from 'tap'
import { rules } from '../../src/routes/requirement.js'
import { hasPassed, markPassed, never, standingSlot } from '../../src/routes/standing.js'
import type { JudgedRequest, Standing } from '../../src/routes/standing.js'

const { required, optional } = rules
const judge = {}

function requestOf (...passed: ReadonlyArray<typeof required>): JudgedRequest {
  const standing: Standing = { judge, passed: null, facts: null }
  for (const rule of passed) markPassed(standing, rule)
  return { [standingSlot]: standing }
}

t.test('a request that nobody has judged has passed nothing, with the slot or without it', async (t) => {
  for (const request of [{}, { [standingSlot]: null }]) {
    t.equal(hasPassed(request, [], judge), true)
    t.equal(hasPassed(request, [required], judge), false)
    t.equal(hasPassed(request, [required], null), false)
  }
})

t.test('all rules that are needed have to be passed: the very same ones', async (t) => {
  t.equal(hasPassed(requestOf(required), [required], judge), true)
  t.equal(hasPassed(requestOf(optional), [required], judge), false)
  t.equal(hasPassed(requestOf(required), [required, optional], judge), false)
  t.equal(hasPassed(requestOf(optional, required), [required, optional], judge), true)
  t.equal(hasPassed(requestOf({ ...required }), [required], judge), false)
  t.equal(hasPassed(requestOf(required, optional, { ...required }), [never], judge), false)
})

t.test('the word of another registration does not count', async (t) => {
  t.equal(hasPassed(requestOf(required), [required], {}), false)
  t.equal(hasPassed(requestOf(required), [required], null), false)
})
