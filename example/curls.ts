/** Requests to try, as a script for a shell, and what each should answer. */
import type { ExampleTokens } from './dev-user-pool.js'

/** One request and its answer. */
export interface Trial {
  readonly title: string
  readonly path: string
  /** Whose token is sent, or the `Authorization` header itself. */
  readonly token?: keyof ExampleTokens
  readonly authorization?: string
  /** Bytes of a file to upload; without, the request is a GET. */
  readonly upload?: number
  readonly status: number
  /** What the body of the answer contains. */
  readonly body: string
}

const admin = { token: 'admin' } as const
const auditor = { token: 'auditor' } as const
const operator = { token: 'operator' } as const
const forbidden = { status: 403, body: 'FST_COGNITO_FORBIDDEN' }
const missing = { status: 401, body: 'FST_COGNITO_TOKEN_MISSING' }
const invalid = { status: 401, body: 'FST_COGNITO_TOKEN_INVALID' }

/** The trials, each with its answer. */
export const trials: readonly Trial[] = [
  { title: 'Public', path: '/health', status: 200, body: '"status":"ok"' },
  { title: 'Public: are the signing keys there', path: '/ready', status: 200, body: '"status":"ready"' },
  { title: 'No such route', path: '/nowhere', status: 404, body: 'There is no GET /nowhere' },

  { title: 'Admin: alice, in the group Admins', path: '/api/me', ...admin, status: 200, body: '"role":"Admin"' },
  { title: 'Auditor: bob, in the group Auditors', path: '/api/me', ...auditor, status: 200, body: '"role":"Auditor"' },
  { title: 'Operator: carol, in no group', path: '/api/me', ...operator, status: 200, body: '"role":"Operator"' },
  { title: 'ID token of bob instead of his access token', path: '/api/me', token: 'auditorId', status: 200, body: '"email":"bob@example.com"' },
  { title: 'Machine: no user name, no group', path: '/api/me', token: 'machine', status: 200, body: '"username":null' },
  { title: 'Any user', path: '/api/agents/status', ...operator, status: 200, body: '"agents":' },

  { title: 'No token', path: '/api/me', ...missing },
  { title: 'Expired token', path: '/api/me', token: 'expired', status: 401, body: 'FST_COGNITO_TOKEN_EXPIRED' },
  { title: 'Token for another app client', path: '/api/me', token: 'otherClient', ...invalid },
  { title: 'Token of another user pool', path: '/api/me', token: 'otherUserPool', ...invalid },
  { title: 'Token of carol with the claims of alice', path: '/api/me', token: 'altered', ...invalid },
  { title: 'Malformed header', path: '/api/me', authorization: 'Bearer two words', status: 400, body: 'FST_COGNITO_REQUEST_INVALID' },

  { title: 'Optional, as a guest', path: '/api/feed', status: 200, body: '"reader":"guest"' },
  { title: 'Optional, as carol', path: '/api/feed', ...operator, status: 200, body: '"reader":"carol"' },
  { title: 'Optional, but a bad token is no guest', path: '/api/feed', token: 'expired', status: 401, body: 'FST_COGNITO_TOKEN_EXPIRED' },

  { title: 'Audit as Auditor', path: '/api/audit', ...auditor, status: 200, body: '"entries":' },
  { title: 'Audit as Admin', path: '/api/audit', ...admin, status: 200, body: '"entries":' },
  { title: 'Audit as Operator', path: '/api/audit', ...operator, ...forbidden },
  { title: 'Admin as Admin', path: '/api/admin', ...admin, status: 200, body: '"administrator":"alice"' },
  { title: 'Admin as Auditor', path: '/api/admin', ...auditor, ...forbidden },
  { title: 'Exports as a machine with the scope', path: '/api/exports', token: 'machine', status: 200, body: '"exports":' },
  { title: 'Exports as Auditor', path: '/api/exports', ...auditor, ...forbidden },

  { title: 'Upload', path: '/api/files', ...operator, upload: 1_000, status: 201, body: '"size":1000,"owner":"carol"' },
  { title: 'Upload of more than 1 MiB', path: '/api/files', ...operator, upload: 2_000_000, status: 413, body: 'FST_REQ_FILE_TOO_LARGE' },
  { title: 'Upload without a token', path: '/api/files', upload: 1_000, ...missing }
]

/** The script that asks for all of them at an origin. It shows each line before it runs it, the tokens apart. */
export function writeScript (tokens: ExampleTokens, origin: string): string {
  const variables = Object.entries(tokens).map(([name, token]) => `${variableOf(name)}='${token}'`)
  return `#!/bin/sh
# Requests to the example at ${origin}, each after what it should answer. The tokens hold until that process ends.
${variables.join('\n')}
set -v

${trials.map((trial) => formatTrial(trial, origin)).join('\n\n')}
`
}

/** A trial as two lines: what it shows and should answer, and the command. */
function formatTrial ({ title, path, token, authorization, upload, status, body }: Trial, origin: string): string {
  const value = token === undefined ? authorization : `Bearer $${variableOf(token)}`
  const header = value === undefined ? '' : ` -H "Authorization: ${value}"`
  const url = origin + path
  const command = upload === undefined
    ? `curl -i -w '\\n'${header} ${url}`
    : `head -c ${upload} /dev/zero | curl -i -w '\\n'${header} -F 'file=@-;filename=zeros.bin' ${url}`
  return `# ${title}: answers ${status} with ${body}\n${command}`
}

/** `otherClient` as a shell writes a variable: `OTHER_CLIENT`. */
function variableOf (name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
}
