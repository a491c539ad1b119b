/** What the transports of both lines of the official packages make of `request.raw.auth`. */
import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node'
import { McpServer as McpServer1 } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { McpServer as McpServer2 } from '@modelcontextprotocol/server'
import type { FastifyReply, FastifyRequest } from 'fastify'
import t from 'tap'
import { mcpAuth, toAuthInfo } from '../../src/mcp/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import { buildResourceApp, resource } from '../metadata/support.js'

const pool = createTestUserPool()
const about = { name: 'test', version: '1.0.0' }

function say (value: unknown) {
  return { content: [{ type: 'text' as const, text: JSON.stringify(value) }] }
}

async function answerBy1 (request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const server = new McpServer1(about)
  server.registerTool('whoami', {}, ({ authInfo }) => say(authInfo ?? null))
  const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true })
  await server.connect(transport)
  reply.hijack()
  await transport.handleRequest(request.raw, reply.raw, request.body)
}

async function answerBy2 (request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const server = new McpServer2(about)
  server.registerTool('whoami', {}, ({ http }) => say(http?.authInfo ?? null))
  const transport = new NodeStreamableHTTPServerTransport({ enableJsonResponse: true })
  await server.connect(transport)
  reply.hijack()
  await transport.handleRequest(request.raw, reply.raw, request.body)
}

for (const [line, answer] of [['1.x', answerBy1], ['2.x', answerBy2]] as const) {
  t.test(`a tool of ${line} is told who calls, by the hook and by nothing that the caller says`, async (t) => {
    const app = await buildResourceApp(t, {
      pool,
      routes: (app) => {
        app.post('/mcp', { onRequest: mcpAuth }, answer)
        app.post('/mcp/open', answer)
        app.get('/mcp/info', { config: { auth: 'required' } }, async (request) => toAuthInfo(request))
      }
    })
    const headers = { ...pool.authorization(await pool.accessToken({ aud: resource, scopes: ['a'] })), host: 'localhost' }
    const call = async (url: string): Promise<unknown> => {
      const { result } = (await app.inject({
        method: 'POST',
        url,
        headers: { ...headers, accept: 'application/json, text/event-stream' },
        payload: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'whoami', _meta: { authInfo: { clientId: 'evil' } } } }
      })).json<{ result: { content: [{ text: string }] } }>()
      return JSON.parse(result.content[0].text)
    }
    t.strictSame(await call('/mcp'), (await app.inject({ url: '/mcp/info', headers })).json())
    t.equal(await call('/mcp/open'), null, 'without the hook nobody is named')
    t.equal((await app.inject({ method: 'POST', url: '/mcp' })).statusCode, 401)
  })
}
