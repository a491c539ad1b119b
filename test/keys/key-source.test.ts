import t from 'tap'
import { createStaticKeySource } from '../../src/keys/key-source.js'
import { createTestUserPool } from '../../src/testing/index.js'

const owner = { userPoolId: 'us-east-1_EXAMPLE01', issuer: 'https://issuer.example' }
const { keys } = await createTestUserPool().jwks()

t.test('a static source finds its keys by their kid and knows no other', async (t) => {
  const source = createStaticKeySource(owner, { keys })
  for (const { kid = '' } of keys) t.match(await source.find(kid, Infinity), [{ kid, retired: false }])
  t.match(await source.find('another', Infinity), { code: 'FST_COGNITO_TOKEN_INVALID', reason: 'kid' })
})

t.test('a static source with a key that cannot be imported works with the others', async (t) => {
  const [good, other] = keys
  const source = createStaticKeySource(owner, { keys: [{ ...good, key_ops: ['verify', 'encrypt'] }, { ...other }] })
  t.match(await source.find(good?.kid ?? '', Infinity), { reason: 'kid' })
  t.match(await source.find(other?.kid ?? '', Infinity), [{ kid: other?.kid }])
})

t.test('a static source of which no key can be imported says that nobody can tell', async (t) => {
  const source = createStaticKeySource(owner, { keys: keys.map((key) => ({ ...key, key_ops: ['verify', 'encrypt'] })) })
  t.match(await source.find(keys[0]?.kid ?? '', Infinity), { code: 'FST_COGNITO_UNAVAILABLE', reason: 'key_import' })
  t.match(await source.load(), { code: 'FST_COGNITO_UNAVAILABLE', reason: 'key_import' })
  t.equal(await createStaticKeySource(owner, { keys }).load(), null)
})

t.test('what a key says of its use is looked at, and does not keep it from being imported', async (t) => {
  const [good] = keys
  const source = createStaticKeySource(owner, { keys: [{ ...good, ext: true, key_ops: ['verify'] }] })
  t.match(await source.find(good?.kid ?? '', Infinity), [{ kid: good?.kid }])
})

t.test('a static source is fresh for ever, before and after it is closed', async (t) => {
  const source = createStaticKeySource(owner, { keys })
  const kid = keys[0]?.kid ?? ''
  const found = await source.find(kid, Infinity)
  if ('code' in found || found[0] === undefined) throw new Error('the key was not found')
  source.warmUp()
  for (const now of [0, Number.MAX_SAFE_INTEGER]) t.equal(source.serves(found[0], now, now), true)
  t.strictSame(source.status(), { ...owner, state: 'fresh', age: null, lastError: null })
  source.close()
  t.equal(await source.find(kid, Infinity), found)
  t.strictSame(source.status(), { ...owner, state: 'fresh', age: null, lastError: null })
})
