import t from 'tap'
import { createRequire } from 'node:module'
import * as door from '../src/index.js'
import * as testing from '../src/testing/index.js'

t.test('the package exports these names and no others', async (t) => {
  t.strictSame(Object.keys(door).sort(), [
    'CognitoAuthSetupError', 'KeyFetchError', 'authenticate', 'authorize', 'createVerifier', 'default', 'getUser', 'isCognitoAuthError', 'judge', 'optionalAuth'
  ])
})

t.test('the test kit exports these names and no default', async (t) => {
  t.strictSame(Object.keys(testing).sort(), ['createTestKeyPairs', 'createTestUserPool'])
})

t.test('the default export is the plugin, for this range of Fastify and under its name', async (t) => {
  const meta = Reflect.get(door.default, Symbol.for('plugin-meta')) as unknown
  t.strictSame(meta, { name: 'fastify-cognito-auth', fastify: '>=5 <7' })
  t.equal(Reflect.get(door.default, Symbol.for('skip-override')), true, 'its decorators reach the context it is registered in')
  const { peerDependencies } = createRequire(import.meta.url)('../package.json') as { peerDependencies: Record<string, string> }
  t.equal(peerDependencies.fastify, '>=5 <7', 'the package says the same')
})
