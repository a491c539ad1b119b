/** The door of `fastify-cognito-auth/testing`. Nothing in production imports it. */
export { createTestUserPool } from './test-user-pool.js'
export type { ListeningTestUserPool, TestUserPool, TestUserPoolOptions, TokenParts } from './test-user-pool.js'
export type { TestClaims } from './test-claims.js'
export type { TestKey } from './key-pairs.js'
