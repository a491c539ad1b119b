import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outcomes } from './kit-scenario.mjs'

test('the kit in node:test', async () => {
  assert.deepEqual(await outcomes(), [
    200, '403 FST_COGNITO_FORBIDDEN', '401 FST_COGNITO_TOKEN_EXPIRED', '503 FST_COGNITO_UNAVAILABLE'
  ])
})
