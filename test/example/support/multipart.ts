/** Bodies of uploads, written by hand, so that they can also be wrong. */

export interface Part {
  readonly name?: string
  /** Without, the part is a field. */
  readonly filename?: string
  readonly content: string | Buffer
}

export interface MultipartRequest {
  readonly headers: { readonly 'content-type': string }
  readonly payload: Buffer
}

const boundary = 'example-boundary'

export const multipartHeaders = { 'content-type': `multipart/form-data; boundary=${boundary}` }

/** The line that ends a complete body. */
export const end = `--${boundary}--\r\n`

/** A multipart body; nothing in it is escaped. */
export function multipart (parts: readonly Part[], last: string = end): MultipartRequest {
  return { headers: multipartHeaders, payload: Buffer.concat([...parts.map(write), Buffer.from(last)]) }
}

function write ({ name = 'file', filename, content }: Part): Buffer {
  const file = filename === undefined ? '' : `; filename="${filename}"`
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${file}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), Buffer.from(content), Buffer.from('\r\n')])
}
