/** The tools: one for everyone who may use the server, one for administrators. */
import { McpServer } from '@modelcontextprotocol/server'
import type { CallToolResult } from '@modelcontextprotocol/server'
import { judge } from '../../src/index.js'
import type { CognitoUser } from '../../src/index.js'

export interface ToolOptions {
  readonly usernames: readonly string[]
  /** The scope that the list of users asks for. */
  readonly scope: string
}

/** Makes the server of one request: its tools know who calls. */
export function createMcpServer (user: CognitoUser, { usernames, scope }: ToolOptions): McpServer {
  const server = new McpServer({ name: 'fastify-cognito-auth-example', version: '1.0.0' })

  server.registerTool('whoami', { description: 'Says who is signed in.' }, ({ http }) => say(http?.authInfo?.extra))

  const lacksRole = judge(user, { roles: ['Admin'] }) !== null
  const lacksScope = judge(user, { scopes: [scope] }) !== null
  server.registerTool('list_users', {
    description: 'Lists the users. For administrators.',
    // Answered with 403: the client signs in anew for this scope and those it has. Nobody is sent there whom it would not help.
    scopeChallenge: () => (lacksScope && !lacksRole ? { scopes: [scope, ...user.scopes] } : undefined)
  }, () => (lacksRole || lacksScope ? refuse('Only administrators may list the users.') : say(usernames)))

  return server
}

function say (value: unknown): CallToolResult {
  return { content: [{ type: 'text', text: JSON.stringify(value) }] }
}

// For the model to read, which cannot change who is signed in.
function refuse (why: string): CallToolResult {
  return { content: [{ type: 'text', text: why }], isError: true }
}
