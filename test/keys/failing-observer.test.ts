import t from 'tap'
import { createRemoteKeySource } from '../../src/keys/remote-key-source.js'
import { durations } from '../support/key-scene.js'
import { createTestClock } from '../support/test-clock.js'

t.test('a logger that fails does not keep anyone waiting for keys from an answer', async (t) => {
  const settings = { ...durations, timeout: 3_000, maxBytes: 51_200, fetch: async () => { throw new TypeError('fetch failed') } }
  let calls = 0
  const owner = { userPoolId: 'us-east-1_EXAMPLE01', issuer: 'https://issuer.example' }
  const source = createRemoteKeySource(owner, 'https://keys.example/jwks.json', settings, createTestClock(), () => {
    calls++
    throw new Error('disk full')
  })
  t.match(await source.find('a-key', Infinity), { code: 'FST_COGNITO_UNAVAILABLE', reason: 'key_endpoint', cause: { fault: 'network' } })
  t.equal(calls, 1)
})
