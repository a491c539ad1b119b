/** The script that the example writes, read as a shell reads it. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

export interface PrintedTrial {
  readonly title: string
  readonly status: number
  readonly body: string
  readonly request: PrintedRequest
}

export interface PrintedRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** The file to upload, if there is one. */
  readonly file: { readonly name: string, readonly size: number } | null
}

const execute = promisify(execFile)

// In place of curl: it says with what it was called, and how much it was given to upload.
const curl = `curl () {
  echo curl
  for argument; do printf '%s\\n' "$argument"; done
  case "$*" in *=@-*) wc -c;; esac
}`

/** What the script asks for, found out by letting a shell run it with another \`curl\`. */
export async function readTrials (path: string): Promise<PrintedTrial[]> {
  const said = [...(await readFile(path, 'utf8')).matchAll(/^# (.+): answers (\d{3}) with (.+)\n.*curl /gm)]
  const { stdout } = await execute('sh', ['-c', `${curl}\n. ${path}`])
  const requests = stdout.split(/^curl\n/m).slice(1).map(readRequest)
  if (requests.length !== said.length) throw new Error(`${requests.length} requests, but ${said.length} answers`)
  return said.map(([, title = '', status, body = ''], at) => ({ title, status: Number(status), body, request: requests[at] ?? readRequest('') }))
}

function readRequest (called: string): PrintedRequest {
  const words = called.trimEnd().split('\n')
  const headers: Record<string, string> = {}
  let file: PrintedRequest['file'] = null
  let url = ''
  if (words.splice(0, 3).join(' ') !== '-i -w \\n') throw new Error(`not a curl that shows headers: ${called}`)
  while (words.length > 0) {
    const word = words.shift() ?? ''
    if (word === '-H') {
      const [name = '', value = ''] = (words.shift() ?? '').split(': ')
      headers[name] = value
    } else if (word === '-F') {
      const [, name = ''] = /^file=@-;filename=(.+)$/.exec(words.shift() ?? '') ?? []
      file = { name, size: Number(words.pop()) }
    } else if (url === '' && word.startsWith('http')) {
      url = word
    } else {
      throw new Error(`not understood: ${word}`)
    }
  }
  return { url, headers, file }
}
