/** What is under way when the application closes is finished, and then its connection ends. */
import type { FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'

const plugin: FastifyPluginAsync = async (app) => {
  let isClosing = false
  app.addHook('preClose', async () => { isClosing = true })
  // Fastify ends the connections that are idle when it begins to close. One in use by then would be kept alive for
  // more than a minute after its answer, and the process with it.
  app.addHook('onSend', async (_request, reply) => {
    if (isClosing) void reply.header('connection', 'close')
  })
}

export default fp(plugin, { name: 'example-closing' })
