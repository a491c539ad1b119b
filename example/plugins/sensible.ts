/** @fastify/sensible: HTTP errors and assertions for the routes, and the answer where there is no route. */
import sensible from '@fastify/sensible'
import type { FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'

const plugin: FastifyPluginAsync = async (app) => {
  await app.register(sensible)
  app.setNotFoundHandler(async (request) => {
    throw app.httpErrors.notFound(`There is no ${request.method} ${request.url.split('?', 1)[0]}`)
  })
}

export default fp(plugin, { name: 'example-sensible' })
