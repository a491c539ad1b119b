/** A `fetch` for `keys.fetch` that trusts given certificates, as an application with a private authority has one. */
import { get } from 'node:https'
import { Readable } from 'node:stream'

/** Makes the function; every call opens a connection of its own. */
export function fetchTrusting (...ca: string[]): typeof fetch {
  return (input, init) => new Promise((resolve, reject) => {
    const url = new URL(String(input))
    // The key source gives its headers and the signal that ends the request in time.
    const options = { ca, agent: false, headers: Object.fromEntries(new Headers(init?.headers)), signal: init?.signal ?? undefined }
    get(url, options, (response) => {
      resolve(new Response(Readable.toWeb(response) as ReadableStream<Uint8Array>, { status: response.statusCode ?? 0 }))
    }).once('error', reject)
  })
}
