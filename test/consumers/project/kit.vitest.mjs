import { expect, test } from 'vitest'
import { outcomes } from './kit-scenario.mjs'

test('the kit in Vitest', async () => {
  expect(await outcomes()).toEqual([
    200, '403 FST_COGNITO_FORBIDDEN', '401 FST_COGNITO_TOKEN_EXPIRED', '503 FST_COGNITO_UNAVAILABLE'
  ])
})
