import { once } from 'node:events'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import multipart from '@fastify/multipart'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import cognitoAuth from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { assertRefused } from '../support/refusals.js'

const pool = createTestUserPool()
const boundary = 'a-boundary'
const body = [
  `--${boundary}`, 'content-disposition: form-data; name="file"; filename="report.txt"', 'content-type: text/plain', '', 'the report',
  `--${boundary}--`, ''
].join('\r\n')
const contentType = `multipart/form-data; boundary=${boundary}`

interface Scene {
  readonly app: FastifyInstance
  /** What the handlers were given. */
  readonly uploaded: string[]
}

async function build (t: Test): Promise<Scene> {
  const app = Fastify()
  const uploaded: string[] = []
  t.teardown(() => app.close())
  await app.register(multipart)
  await app.register(cognitoAuth, pool.options)
  app.post('/by-config', { config: { auth: { groups: ['Uploaders'] } } }, async (request) => {
    const file = await request.file()
    uploaded.push((await file?.toBuffer())?.toString() ?? '')
    return { owner: request.user?.sub, name: file?.filename }
  })
  app.post('/by-hook', { preValidation: app.authorize({ groups: ['Uploaders'] }) }, async (request) => {
    for await (const part of request.files()) uploaded.push((await part.toBuffer()).toString())
    return { owner: request.user?.sub }
  })
  return { app, uploaded }
}

t.test('an upload with a token is stored for its user', async (t) => {
  const { app, uploaded } = await build(t)
  const headers = { ...pool.authorization(await pool.accessToken({ sub: 'uploader', groups: ['Uploaders'] })), 'content-type': contentType }
  for (const url of ['/by-config', '/by-hook']) {
    const answer = await app.inject({ method: 'POST', url, headers, payload: body })
    t.equal(answer.statusCode, 200)
    t.match(answer.json(), { owner: 'uploader' })
  }
  t.same(uploaded, ['the report', 'the report'])
})

t.test('an upload without the right is refused and nothing of it is read', async (t) => {
  const { app, uploaded } = await build(t)
  const user = pool.authorization(await pool.accessToken())
  for (const url of ['/by-config', '/by-hook']) {
    const post = { method: 'POST', url, payload: body } as const
    assertRefused(t, await app.inject({ ...post, headers: { 'content-type': contentType } }), 'FST_COGNITO_TOKEN_MISSING')
    assertRefused(t, await app.inject({ ...post, headers: { ...user, 'content-type': contentType } }), 'FST_COGNITO_FORBIDDEN')
    assertRefused(t, await app.inject({ ...post, headers: { authorization: 'Bearer a.b.c', 'content-type': contentType } }), 'FST_COGNITO_TOKEN_INVALID')
  }
  t.same(uploaded, [])
})

t.test('an upload whose body never comes is refused all the same: the answer does not wait for it', async (t) => {
  const { app, uploaded } = await build(t)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  t.teardown(() => socket.destroy())
  socket.write(`POST /by-config HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${contentType}\r\nContent-Length: 1000000000\r\n\r\n`)
  const [answer] = await once(socket, 'data') as [Buffer]
  t.match(answer.toString(), /^HTTP\/1\.1 401 /)
  t.match(answer.toString(), /www-authenticate: Bearer realm="api"\r\n/)
  t.same(uploaded, [])
})

t.test('a body that is no form is refused for the missing token first', async (t) => {
  const { app } = await build(t)
  for (const headers of [{ 'content-type': 'multipart/form-data' }, { 'content-type': contentType }, { 'content-type': 'application/json' }]) {
    assertRefused(t, await app.inject({ method: 'POST', url: '/by-config', headers, payload: '{"broken"' }), 'FST_COGNITO_TOKEN_MISSING')
  }
})
