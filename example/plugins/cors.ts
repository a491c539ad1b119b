/** @fastify/cors: whose pages a browser lets call this application. */
import cors from '@fastify/cors'
import type { FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import type { AppOptions } from '../app.js'

const plugin: FastifyPluginAsync<AppOptions> = async (app, { origins = [] }) => {
  await app.register(cors, {
    // A preflight is answered for other origins too, but allows them nothing.
    origin: [...origins],
    methods: ['GET', 'HEAD', 'POST'],
    allowedHeaders: ['Authorization', 'Content-Type'],
    // A page needs these two to tell an expired token from an outage.
    exposedHeaders: ['WWW-Authenticate', 'Retry-After']
  })
}

export default fp(plugin, { name: 'example-cors' })
