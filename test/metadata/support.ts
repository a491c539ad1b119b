/** An application with protected resources under test. */
import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import type { Test } from 'tap'
import type { ResourceMetadataOptions } from '../../src/index.js'
import { createTestUserPool } from '../../src/testing/index.js'
import type { TestUserPool } from '../../src/testing/index.js'
import { buildApp } from '../support/app.js'

export const resource = 'https://api.example.com/mcp'
export const documentPath = '/.well-known/oauth-protected-resource/mcp'
export const documentUrl = `https://api.example.com${documentPath}`

export interface ResourceApp {
  readonly pool?: TestUserPool
  readonly resourceMetadata?: ResourceMetadataOptions | readonly ResourceMetadataOptions[]
  readonly options?: object
  readonly server?: FastifyServerOptions
  readonly routes?: (app: FastifyInstance) => void
}

export async function buildResourceApp (t: Test, setup: ResourceApp = {}): Promise<FastifyInstance> {
  const { pool = createTestUserPool(), resourceMetadata = { resource }, options = {}, server = {}, routes = () => {} } = setup
  return buildApp(t, { options: { ...pool.options, resourceMetadata, ...options }, server, routes })
}
