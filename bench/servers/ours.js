// This package, as its README begins: the defaults, and a route that says it needs a user, or with `auth` what else.
import Fastify from 'fastify'
import { addRoutes } from './answer.js'

export async function createServer ({ plugin, userPoolId, clientId, jwksUri, auth = 'required' }) {
  const { default: cognitoAuth } = await import(plugin)
  const app = Fastify()
  await app.register(cognitoAuth, { userPoolId, clientId, jwksUri })
  return addRoutes(app, { config: { auth } })
}
