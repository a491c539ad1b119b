/** tRPC: one route serves every procedure, so a middleware says who may use which. */
import { TRPCError, initTRPC } from '@trpc/server'
import { fastifyTRPCPlugin } from '@trpc/server/adapters/fastify'
import type { CreateFastifyContextOptions } from '@trpc/server/adapters/fastify'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import cognitoAuth, { judge } from '../../src/index.js'
import type { CognitoAuthOptions, RightsRequirement } from '../../src/index.js'

const createContext = ({ req }: CreateFastifyContextOptions) => ({ user: req.user, log: req.log })

const trpc = initTRPC.context<ReturnType<typeof createContext>>().create()

const needs = (rule: RightsRequirement) => {
  judge(null, rule) // a rule that is none stops the start
  return trpc.procedure.use(async ({ ctx, path, next }) => {
    const lacking = judge(ctx.user, rule)
    if (lacking === null) return next()
    ctx.log.info({ reason: lacking, path }, 'procedure refused')
    throw new TRPCError({ code: 'FORBIDDEN', message: 'Insufficient permissions' })
  })
}

const router = trpc.router({
  name: trpc.procedure.query(({ ctx }) => ctx.user?.username ?? null),
  salaries: needs({ anyOf: [{ groups: ['Admins'] }, { scopes: ['salaries-api/read'] }] }).query(() => [1, 2])
})

export async function createApp (auth: CognitoAuthOptions): Promise<FastifyInstance> {
  const app = Fastify()
  await app.register(cognitoAuth, { ...auth, defaultAuth: 'required' })
  await app.register(fastifyTRPCPlugin, { prefix: '/trpc', trpcOptions: { router, createContext } })

  return app
}
