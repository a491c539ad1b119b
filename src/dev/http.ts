/** Answers and bodies of the development server, over plain `node:http`. */
import type { IncomingMessage, ServerResponse } from 'node:http'

const longestBody = 65_536

/** A request that cannot be served; the message is sent. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest'
}

/** Answers with JSON that any page may read, as Cognito's public documents are. */
export function sendJson (response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', 'access-control-allow-origin': '*', ...headers }).end(JSON.stringify(body))
}

/** Answers with text, for a person. */
export function sendText (response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`)
}

/** Sends the browser elsewhere. */
export function redirect (response: ServerResponse, location: string, headers: Readonly<Record<string, string | string[]>> = {}): void {
  response.writeHead(302, { location, ...headers }).end()
}

/** Reads a body of at most 64 KiB. */
export async function readBody (request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > longestBody) throw new BadRequest('The body is larger than 64 KiB.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Reads a JSON body; an empty one is an empty object. */
export async function readJson (request: IncomingMessage): Promise<unknown> {
  const body = await readBody(request)
  if (body === '') return {}
  try {
    return JSON.parse(body)
  } catch (cause) {
    throw new BadRequest('The body is no JSON.', { cause })
  }
}
