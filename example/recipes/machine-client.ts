/** A service that calls another one with its own token (client credentials), which it keeps until it ends. */

/** A machine client of the user pool. */
export interface MachineClientOptions {
  /** Such as `https://example.auth.us-east-1.amazoncognito.com/oauth2/token`. */
  readonly tokenEndpoint: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scopes: readonly string[]
  /** Default: the time of this machine, in milliseconds. */
  readonly now?: () => number
}

/** Calls other services. */
export interface MachineClient {
  /** Like the global `fetch`, with a token; with a new one, once, if the token is refused. */
  readonly fetch: (url: string | URL, init?: RequestInit) => Promise<Response>
}

interface Token {
  readonly text: string
  /** Milliseconds since the Unix epoch. */
  readonly askedAt: number
  readonly endsAt: number
}

// Cognito charges for each token, and limits how many may be asked for: one for all calls, until shortly before its end. One that
// is refused is not replaced before it is as old as that either: a service that refuses all of them would cost a token a call.
const margin = 60_000

/** Makes the client. */
export function createMachineClient ({ tokenEndpoint, clientId, clientSecret, scopes, now = Date.now }: MachineClientOptions): MachineClient {
  let held: Token | null = null
  let asking: Promise<Token> | null = null

  async function ask (): Promise<Token> {
    const askedAt = now()
    const response = await fetch(tokenEndpoint, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: scopes.join(' ') }),
      signal: AbortSignal.timeout(5_000)
    })
    if (!response.ok) throw new Error(`no token: the user pool answered ${response.status}`)
    const { access_token: text, expires_in: seconds } = await response.json() as { access_token: string, expires_in: number }
    held = { text, askedAt, endsAt: askedAt + seconds * 1_000 }
    return held
  }

  /** The token, asked for once however many calls need it; what has failed is asked for again by the next. */
  async function current (): Promise<Token> {
    if (held !== null && now() < held.endsAt - margin) return held
    asking ??= ask().finally(() => { asking = null })
    return asking
  }

  async function send (url: string | URL, init: RequestInit, { text }: Token): Promise<Response> {
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${text}`)
    return fetch(url, { ...init, headers })
  }

  return {
    fetch: async (url, init = {}) => {
      const sent = await current()
      const response = await send(url, init, sent)
      // Revoked, or its key has been withdrawn. A body that is a stream has been read and cannot be sent again.
      if (response.status !== 401 || init.body instanceof ReadableStream || now() - sent.askedAt < margin) return response
      // Of many calls that were refused, the first has another token asked for.
      if (held === sent) held = null
      await response.body?.cancel()
      return send(url, init, await current())
    }
  }
}
