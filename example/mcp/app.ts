/** An MCP server behind a user pool: streamable HTTP, without sessions, so that each request is judged by its own token. */
import cors from '@fastify/cors'
import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node'
import Fastify from 'fastify'
import type { FastifyInstance, FastifyServerOptions } from 'fastify'
// An application writes 'fastify-cognito-auth' and 'fastify-cognito-auth/mcp' here.
import cognitoAuth, { getUser } from '../../src/index.js'
import { mcpAuth } from '../../src/mcp/index.js'
import type { UserPoolConfig } from '../config.js'
import { createMcpServer } from './tools.js'

export interface McpAppOptions {
  readonly auth: Omit<UserPoolConfig, 'clientId'> & { readonly clientId: string | string[] }
  /** The address that clients know, such as `http://localhost:3000/mcp`. */
  readonly resource: string
  /** The names of the users, for the tool that lists them. */
  readonly usernames: readonly string[]
  /** Origins whose pages may be clients. Default: none. */
  readonly origins?: readonly string[]
}

/** The scopes of a resource: of everybody who uses it, and the further one that the list of users asks for. */
export function scopesOf (resource: string): { readonly use: string, readonly users: string } {
  return { use: `${resource}/use`, users: `${resource}/users` }
}

/** Builds the server, to listen at the address of its resource. */
export function buildMcpApp ({ auth, resource, usernames, origins = [] }: McpAppOptions, server: FastifyServerOptions = {}): FastifyInstance {
  const app = Fastify({ requestTimeout: 60_000, ...server })
  const scopes = scopesOf(resource)
  // Before the plugin, which would refuse a preflight: it has no token.
  void app.register(cors, {
    origin: [...origins],
    methods: ['POST'],
    allowedHeaders: ['Authorization', 'Content-Type', 'Mcp-Protocol-Version', 'Mcp-Method', 'Mcp-Name'],
    // Where a page reads how to get a token.
    exposedHeaders: ['WWW-Authenticate']
  })
  void app.register(cognitoAuth, {
    ...auth,
    tokenUse: 'access',
    roles: { Admins: 'Admin' },
    defaultAuth: 'required',
    // Users bring tokens that were made for this server. Cognito binds no token of a machine.
    audience: 'resource',
    audienceOf: 'users',
    resourceMetadata: { resource, scopes: [scopes.use], name: 'The MCP example' }
  })
  void app.register(async (app) => {
    const url = new URL(resource).pathname
    app.post(url, { config: { auth: { scopes: [scopes.use], tokenUse: 'access' } }, onRequest: mcpAuth }, async (request, reply) => {
      const transport = new NodeStreamableHTTPServerTransport({ enableJsonResponse: true })
      const mcp = createMcpServer(getUser(request), { usernames, scope: scopes.users })
      reply.raw.once('close', () => { void mcp.close() })
      await mcp.connect(transport)
      // The transport writes the answer itself, and knows nothing of the headers that plugins have set.
      reply.hijack()
      for (const [name, value = ''] of Object.entries(reply.getHeaders())) reply.raw.setHeader(name, value)
      await transport.handleRequest(request.raw, reply.raw, request.body)
    })
    // Streams and the ends of sessions; there are none.
    app.route({
      method: ['GET', 'DELETE'],
      url,
      onRequest: mcpAuth,
      handler: async (_request, reply) => reply.code(405).header('allow', 'POST').send()
    })
  })
  return app
}
