/** Uploads of any user. Who is calling is decided by `config.auth` before a byte of the body is read. */
import { randomUUID } from 'node:crypto'
import { open, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MultipartFile } from '@fastify/multipart'
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
import { getUser } from '../../../src/index.js'

const routes: FastifyPluginAsync = async (app: FastifyInstance) => {
  app.post('/files', { config: { auth: 'required' } }, async (request, reply) => {
    app.assert(request.isMultipart(), 415, 'Send the file as multipart/form-data')
    const { username, sub } = getUser(request)
    const { name, size } = await receive(app, request)
    return reply.code(201).send({ name, size, owner: username ?? sub })
  })
}

interface Upload {
  /** As the client calls it; it is shown, and never part of a path. */
  readonly name: string
  /** In bytes. */
  readonly size: number
}

/** Stores the file of a request, whole or not at all. */
async function receive (app: FastifyInstance, request: FastifyRequest): Promise<Upload> {
  const path = join(app.uploadFolder, randomUUID())
  try {
    let upload: Upload | null = null
    // Read to the end of the body: what comes after the file may still show that there is too much, or that some is missing.
    for await (const file of request.files()) upload = await store(app, file, path)
    app.assert(upload !== null, 400, 'Send one file')
    return upload
  } catch (error) {
    await rm(path, { force: true })
    request.log.info({ err: error }, 'upload not stored')
    // A connection that is kept alive gives its next request only after the rest of this body.
    request.raw.unpipe().resume()
    throw refusalOf(app, error)
  }
}

/** The error to answer with. */
function refusalOf (app: FastifyInstance, error: unknown): unknown {
  if (!(error instanceof Error) || 'statusCode' in error) return error
  // An error of the file system knows its system call, and names a path, which is no business of callers. All others are
  // bare errors: of the multipart parser, for a malformed body, and of a connection that breaks off.
  return 'syscall' in error
    ? app.httpErrors.internalServerError('The file could not be stored')
    : app.httpErrors.badRequest('The body is malformed')
}

async function store (app: FastifyInstance, { file, filename }: MultipartFile, path: string): Promise<Upload> {
  app.assert(isFileName(filename), 400, 'The file needs a name of 1 to 255 characters')
  const tooLarge = (): Error => new app.multipartErrors.RequestFileTooLargeError()
  // At once: the end of the body may be long in coming. The first of it has come before there was a listener.
  if (file.truncated) throw tooLarge()
  file.once('limit', () => file.destroy(tooLarge()))
  const target = await open(path, 'wx', 0o600)
  try {
    await writeFile(target, file)
    const { size } = await target.stat()
    return { name: filename, size }
  } finally {
    await target.close()
  }
}

// A part without a name has none at run time, whatever its type says.
function isFileName (name: string | undefined): name is string {
  return name !== undefined && name.length >= 1 && name.length <= 255
}

export default routes
