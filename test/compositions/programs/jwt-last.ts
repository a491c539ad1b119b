/** Registers @fastify/jwt after the plugin, both wanting `request.user`; prints only if that works. */
import { createRequire } from 'node:module'
import Fastify from 'fastify'
import type { FastifyPluginAsync } from 'fastify'
import cognitoAuth from '../../../src/index.js'
import { createTestUserPool } from '../../../src/testing/index.js'

// Not imported: its types declare a `request.user` of their own, which one program cannot hold beside ours.
const jwt = createRequire(import.meta.url)('@fastify/jwt') as FastifyPluginAsync<{ secret: string }>

const app = Fastify()
await app.register(cognitoAuth, createTestUserPool().options)
await app.register(jwt, { secret: 'not a secret' })
console.log('started')
