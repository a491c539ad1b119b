/** For the author alone: nobody else learns that there is such a draft. */
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { User } from '../../../src/index.js'

const authors = new Map([['draft-1', 'alice'], ['draft-2', 'carol']])

interface Draft {
  Params: { id: string }
}

const routes: FastifyPluginAsync = async (app) => {
  const isAuthor = (user: User, request: FastifyRequest<Draft>): boolean => {
    if (authors.get(request.params.id) !== user.username) throw app.httpErrors.notFound(`There is no ${request.params.id}`)
    return true
  }

  app.get<Draft>('/drafts/:id', { config: { auth: { check: isAuthor } } }, async (request) => ({ id: request.params.id, text: 'Dear all' }))
}

export default routes
