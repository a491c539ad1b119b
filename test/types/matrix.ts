/** What every instance of the matrix can do, whatever its generics. */
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'

/** An instance reduced to what running the matrix needs. */
export interface MatrixApp extends Pick<FastifyInstance, 'cognitoAuth'> {
  inject (request: { url: string, headers: Record<string, string> }): Promise<LightMyRequestResponse>
  close (): Promise<unknown>
}
