/** The application's own way to find a token in a request. */
import type { FastifyRequest } from 'fastify'
import { tokenMissing, unavailable } from '../errors/failure.js'
import type { Failure } from '../errors/failure.js'
import type { GetToken } from '../options/application.js'
import { isPromiseLike } from '../time/bounded.js'

/** Gives the token that `getToken` finds, `tokenMissing` where it finds none, or the outage `get_token` where it throws or gives anything else. */
export function callGetToken (getToken: GetToken, request: FastifyRequest): string | Failure {
  try {
    const credentials: unknown = getToken(request)
    if (credentials === null || credentials === undefined) return tokenMissing
    if (typeof credentials === 'string') return credentials
    // A promise is no token, but its rejection, which nobody else waits for, would end the process.
    if (isPromiseLike(credentials)) credentials.then(undefined, () => {})
    return unavailable('get_token', new TypeError('getToken did not return a string'))
  } catch (cause) {
    return unavailable('get_token', cause)
  }
}
