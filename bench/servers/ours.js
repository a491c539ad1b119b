// This package, as its README begins: the defaults, and a route that says it needs a user.
import Fastify from 'fastify'
import { addRoutes } from './answer.js'

export async function createServer ({ plugin, userPoolId, clientId, jwksUri }) {
  const { default: cognitoAuth } = await import(plugin)
  const app = Fastify()
  await app.register(cognitoAuth, { userPoolId, clientId, jwksUri })
  return addRoutes(app, { config: { auth: 'required' } })
}
