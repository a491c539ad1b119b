/** The lines that the example prints, read as a shell reads them. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

export interface PrintedTrial {
  readonly title: string
  readonly status: number
  readonly body: string
  readonly command: string
}

/** Finds the trials in what was printed. */
export function readTrials (printed: string): PrintedTrial[] {
  return [...printed.matchAll(/^# (.+): answers (\d{3}) with (.+)\n(.+)$/gm)]
    .map(([, title = '', status, body = '', command = '']) => ({ title, status: Number(status), body, command }))
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
  for argument; do printf '%s\\n' "$argument"; done
  case "$*" in *=@-*) wc -c;; esac
}`

/** What a command asks for, found out by letting a shell run it with another `curl`. */
export async function readCommand (command: string): Promise<PrintedRequest> {
  const { stdout } = await execute('sh', ['-c', `${curl}\n${command}`])
  const words = stdout.trimEnd().split('\n')
  const headers: Record<string, string> = {}
  let file: PrintedRequest['file'] = null
  let url = ''
  if (words.shift() !== '-i') throw new Error(`not a curl that shows headers: ${command}`)
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
