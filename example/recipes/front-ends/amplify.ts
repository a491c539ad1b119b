/** Calls an API with the tokens of Amplify v6. */
import { createApi } from '../../page/call-api.js'

/** What is used of `aws-amplify/auth`. */
export interface AmplifyAuth {
  fetchAuthSession (options?: { forceRefresh?: boolean }): Promise<{ tokens?: { accessToken: { toString (): string } } }>
  signInWithRedirect (input?: { options?: { prompt?: 'LOGIN' } }): Promise<void>
}

/** A function like `fetch`: `createAmplifyApi(auth)` after `import * as auth from 'aws-amplify/auth'`. */
export function createAmplifyApi ({ fetchAuthSession, signInWithRedirect }: AmplifyAuth): ReturnType<typeof createApi> {
  const tokenOf = async (forceRefresh: boolean): Promise<string | null> => (await fetchAuthSession({ forceRefresh })).tokens?.accessToken.toString() ?? null
  return createApi({
    // Amplify keeps it, and refreshes it by itself once the clock of this device says that it has ended.
    token: async () => tokenOf(false),
    refresh: async () => await tokenOf(true) !== null,
    async signInAgain () {
      await signInWithRedirect({ options: { prompt: 'LOGIN' } })
      return false
    }
  })
}
