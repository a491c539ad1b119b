/** GraphQL: one route serves every field, so a directive says who may use which. */
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import cognitoAuth, { judge } from '../../src/index.js'
import type { CognitoAuthOptions } from '../../src/index.js'
import { GraphQLError, defaultFieldResolver, getDirectiveValues, isInterfaceType, isObjectType } from 'graphql'
import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql'
import mercurius from 'mercurius'
import type { MercuriusContext } from 'mercurius'

export async function createApp (auth: CognitoAuthOptions): Promise<FastifyInstance> {
  const app = Fastify()
  await app.register(cognitoAuth, auth)
  await app.register(mercurius, {
    schema: `
      directive @auth(groups: [String!]!) on FIELD_DEFINITION
      type Query {
        name: String
        salaries: [Int!] @auth(groups: ["Admins"])
        company: Company
      }
      type Company {
        name: String
        revenue: Int @auth(groups: ["Admins"])
      }
    `,
    resolvers: { Query: { name: (_root, _args, { reply }) => reply.request.user?.username ?? null, salaries: () => [1, 2], company: () => ({ name: 'Acme', revenue: 3 }) } },
    additionalRouteOptions: { config: { auth: 'required' } }
  })

  guardFields(app.graphql.schema)

  return app
}

/** Gives every field with the directive a resolver that asks first. Call it when the schema has all its types and resolvers. */
export function guardFields (schema: GraphQLSchema): void {
  const directive = schema.getDirective('auth')
  if (directive == null) throw new Error('the schema has no directive @auth')
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue
    for (const field of Object.values(type.getFields())) {
      const rule = field.astNode == null ? undefined : getDirectiveValues(directive, field.astNode)
      if (rule === undefined) continue
      // The types that implement it answer, and have no directive from it.
      if (isInterfaceType(type)) throw new Error(`@auth protects nothing on ${type.name}.${field.name}, of an interface: write it on the types that implement it`)
      const groups = rule.groups as string[]
      const resolve: GraphQLFieldResolver<unknown, MercuriusContext> = field.resolve ?? defaultFieldResolver
      judge(null, { groups }) // a rule that is none stops the start
      field.resolve = (root, args, context: MercuriusContext, info) => {
        const { user, log } = context.reply.request
        const lacking = judge(user, { groups })
        if (lacking === null) return resolve(root, args, context, info)
        log.info({ reason: lacking, field: field.name }, 'field refused')
        throw new GraphQLError('Insufficient permissions', { extensions: { code: 'FORBIDDEN' } })
      }
    }
  }
}
