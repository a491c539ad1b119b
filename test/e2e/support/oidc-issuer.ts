/** oidc-provider on loopback: a second issuer, written by neither AWS nor this project. */
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
import type { JWK } from 'oidc-provider'
import { exportJWK, generateKeyPair } from 'jose'
import type { Test } from 'tap'
import { account, oidcConfiguration } from './oidc-configuration.js'

export interface OidcIssuer {
  readonly issuer: string
  readonly jwksUri: string
  /** How often its keys were asked for. */
  readonly keyRequests: number
  /** Signs with a new key from now on; with `overlap`, the one before stays published. */
  rotateKeys (options?: { readonly overlap: boolean }): Promise<void>
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** Starts it on a free port; it ends with the test. */
export async function startOidcIssuer (t: Test): Promise<OidcIssuer> {
  let handle: Handler
  let keyRequests = 0
  const server = createServer((request, response) => {
    if (request.url === '/jwks') keyRequests++
    handle(request, response).catch((error: Error) => response.destroy(error))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => new Promise((resolve) => {
    server.close(resolve)
    server.closeAllConnections()
  }))
  const { port } = server.address() as AddressInfo
  const issuer = `http://127.0.0.1:${port}`

  let keys = [await createPrivateKey()]
  handle = createHandler(issuer, keys)
  return {
    issuer,
    jwksUri: `${issuer}/jwks`,
    get keyRequests () { return keyRequests },
    async rotateKeys ({ overlap } = { overlap: false }) {
      // It signs with the first one that fits.
      keys = [await createPrivateKey(), ...(overlap ? keys : [])]
      handle = createHandler(issuer, keys)
    }
  }
}

async function createPrivateKey (): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true })
  return { ...await exportJWK(privateKey), kty: 'RSA', use: 'sig', alg: 'RS256' }
}

function createHandler (issuer: string, keys: readonly JWK[]): Handler {
  const provider = new Provider(issuer, oidcConfiguration(keys))
  const answer = provider.callback()
  return async (request, response) => {
    // The sign-in page: whoever opens it is signed in and agrees to what the application asks for.
    if (request.url?.startsWith('/interaction/') === true) {
      await provider.interactionFinished(request, response, { login: { accountId: account.sub }, consent: {} })
    } else {
      await answer(request, response)
    }
  }
}
