/** The door `fastify-cognito-auth/mcp`. */
export { mcpAuth, toAuthInfo } from './auth-info.js'
export type { McpAuthInfo, McpRequest } from './auth-info.js'
