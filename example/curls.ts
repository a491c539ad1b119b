/** Requests to try, as lines for a shell, and what each should answer. */
import type { ExampleTokens } from './embedded-user-pool.js'

/** One request and its answer. */
export interface Trial {
  readonly title: string
  readonly path: string
  /** The `Authorization` header, if one is sent. */
  readonly authorization?: string
  /** Bytes of a file to upload; without, the request is a GET. */
  readonly upload?: number
  readonly status: number
  /** What the body of the answer contains. */
  readonly body: string
}

/** The trials with tokens of the embedded user pool. */
export function trialsOf (tokens: ExampleTokens): readonly Trial[] {
  const admin = { authorization: `Bearer ${tokens.admin}` }
  const auditor = { authorization: `Bearer ${tokens.auditor}` }
  const operator = { authorization: `Bearer ${tokens.operator}` }
  const forbidden = { status: 403, body: 'FST_COGNITO_FORBIDDEN' }
  const missing = { status: 401, body: 'FST_COGNITO_TOKEN_MISSING' }
  const invalid = { status: 401, body: 'FST_COGNITO_TOKEN_INVALID' }

  return [
    { title: 'Public', path: '/health', status: 200, body: '"status":"ok"' },
    { title: 'Public: are the signing keys there', path: '/ready', status: 200, body: '"status":"ready"' },
    { title: 'No such route', path: '/nowhere', status: 404, body: 'There is no GET /nowhere' },

    { title: 'Admin: alice, in the group Admins', path: '/api/me', ...admin, status: 200, body: '"role":"Admin"' },
    { title: 'Auditor: bob, in the group Auditors', path: '/api/me', ...auditor, status: 200, body: '"role":"Auditor"' },
    { title: 'Operator: carol, in no group', path: '/api/me', ...operator, status: 200, body: '"role":"Operator"' },
    { title: 'ID token of bob instead of his access token', path: '/api/me', authorization: `Bearer ${tokens.auditorId}`, status: 200, body: '"email":"bob@example.com"' },
    { title: 'Machine: no user name, no group', path: '/api/me', authorization: `Bearer ${tokens.machine}`, status: 200, body: '"username":null' },
    { title: 'Any user', path: '/api/agents/status', ...operator, status: 200, body: '"agents":' },

    { title: 'No token', path: '/api/me', ...missing },
    { title: 'Expired token', path: '/api/me', authorization: `Bearer ${tokens.expired}`, status: 401, body: 'FST_COGNITO_TOKEN_EXPIRED' },
    { title: 'Token for another app client', path: '/api/me', authorization: `Bearer ${tokens.otherClient}`, ...invalid },
    { title: 'Token of another user pool', path: '/api/me', authorization: `Bearer ${tokens.otherUserPool}`, ...invalid },
    { title: 'Token of carol with the claims of alice', path: '/api/me', authorization: `Bearer ${tokens.altered}`, ...invalid },
    { title: 'Malformed header', path: '/api/me', authorization: 'Bearer two words', status: 400, body: 'FST_COGNITO_REQUEST_INVALID' },

    { title: 'Optional, as a guest', path: '/api/feed', status: 200, body: '"reader":"guest"' },
    { title: 'Optional, as carol', path: '/api/feed', ...operator, status: 200, body: '"reader":"carol"' },
    { title: 'Optional, but a bad token is no guest', path: '/api/feed', authorization: `Bearer ${tokens.expired}`, status: 401, body: 'FST_COGNITO_TOKEN_EXPIRED' },

    { title: 'Audit as Auditor', path: '/api/audit', ...auditor, status: 200, body: '"entries":' },
    { title: 'Audit as Admin', path: '/api/audit', ...admin, status: 200, body: '"entries":' },
    { title: 'Audit as Operator', path: '/api/audit', ...operator, ...forbidden },
    { title: 'Admin as Admin', path: '/api/admin', ...admin, status: 200, body: '"administrator":"alice"' },
    { title: 'Admin as Auditor', path: '/api/admin', ...auditor, ...forbidden },

    { title: 'Upload', path: '/api/files', ...operator, upload: 1_000, status: 201, body: '"size":1000,"owner":"carol"' },
    { title: 'Upload of more than 1 MiB', path: '/api/files', ...operator, upload: 2_000_000, status: 413, body: 'FST_REQ_FILE_TOO_LARGE' },
    { title: 'Upload without a token', path: '/api/files', upload: 1_000, ...missing }
  ]
}

/** A trial as two lines: what it shows and should answer, and the command. */
export function formatTrial ({ title, path, authorization, upload, status, body }: Trial, origin: string): string {
  const header = authorization === undefined ? '' : ` -H 'Authorization: ${authorization}'`
  const url = origin + path
  const command = upload === undefined
    ? `curl -i${header} ${url}`
    : `head -c ${upload} /dev/zero | curl -i${header} -F 'file=@-;filename=zeros.bin' ${url}`
  return `# ${title}: answers ${status} with ${body}\n${command}`
}
