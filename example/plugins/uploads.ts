/** Uploads: the bounds of a multipart body, and a folder that lives as long as the application. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import multipart from '@fastify/multipart'
import type { FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import type { AppOptions } from '../app.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Where uploads are stored. */
    uploadFolder: string
  }
}

const plugin: FastifyPluginAsync<AppOptions> = async (app, { uploads = {} }) => {
  const { parent = tmpdir(), maxFileSize = 1_048_576 } = uploads
  // Every part is bounded, since Fastify's `bodyLimit` does not count what the multipart parser reads.
  await app.register(multipart, {
    limits: { fileSize: maxFileSize, files: 1, fields: 10, fieldSize: 1024, parts: 11 },
    // The route looks itself: the error thrown here would take the stream of the file into the log.
    throwFileSizeLimit: false
  })

  const folder = await mkdtemp(join(parent, 'fastify-cognito-auth-example-'))
  app.decorate('uploadFolder', folder)
  app.addHook('onClose', () => rm(folder, { recursive: true, force: true }))
}

export default fp(plugin, { name: 'example-uploads' })
