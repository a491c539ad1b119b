/** The door of `fastify-cognito-auth/dev`. Nothing in production imports it. */
export { startDevUserPool } from './start-dev-user-pool.js'
export type { DevUserPool } from './start-dev-user-pool.js'
export type { DevClientOptions, DevUserOptions, DevUserPoolOptions } from './options.js'
export type { DirectTokenOptions } from './direct-token.js'
