// No check at all: what a request costs by itself.
import Fastify from 'fastify'
import { addRoutes } from './answer.js'

export async function createServer () {
  return addRoutes(Fastify(), {})
}
