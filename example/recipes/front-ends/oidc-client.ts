/** Calls an API with the tokens of oidc-client-ts. */
import { ErrorResponse } from 'oidc-client-ts'
import type { UserManager } from 'oidc-client-ts'
import { createApi } from '../../page/call-api.js'

/** A function like `fetch`. The manager needs the scope of refresh tokens of its provider; Cognito gives them without one. */
export function createOidcApi (manager: UserManager): ReturnType<typeof createApi> {
  return createApi({
    // What its storage holds at the moment, which another tab may have refreshed.
    token: async () => (await manager.getUser())?.access_token ?? null,
    async refresh () {
      try {
        return await manager.signinSilent() !== null
      } catch (error) {
        // The refresh token is worth nothing any more. A lost connection is another matter.
        if (error instanceof ErrorResponse) return false
        throw error
      }
    },
    async signInAgain () {
      await manager.signinRedirect({ prompt: 'login' })
      return false
    }
  })
}
