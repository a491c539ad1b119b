import t from 'tap'

t.test('hands what follows dev to that command, and reads its file', async (t) => {
  const { argv, exitCode } = process
  t.teardown(() => Object.assign(process, { argv, exitCode }))
  process.argv = [process.execPath, 'bin', 'dev', '--config', '/no/such/file.json']
  const written = t.capture(process.stderr, 'write', () => true)
  await import('../../src/bin.js')
  t.match(written.args(), [[/^\/no\/such\/file\.json cannot be read as JSON: ENOENT/]])
  t.equal(process.exitCode, 2)
})
