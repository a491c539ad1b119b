/** The door of `fastify-cognito-auth/testing`. Nothing in production imports it. */
export { createTestUserPool } from './test-user-pool.js'
export { createTestKeyPairs } from './key-pairs.js'
export type { ListeningTestUserPool, TestUserPool, TestUserPoolOptions, TokenParts } from './pool-shape.js'
export type { TestClaims } from './test-claims.js'
export type { TestKey, TestKeyPair } from './key-pairs.js'
