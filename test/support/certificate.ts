/** Certificates for tests, made when a test asks for one. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'

export interface Certificate {
  readonly cert: string
  readonly key: string
  /** Where `cert` is, for `NODE_EXTRA_CA_CERTS`. */
  readonly certFile: string
}

/** Makes a certificate that signs itself; `name` is a subject alternative name such as `IP:127.0.0.1`. */
export function makeCertificate (t: Pick<Test, 'teardown'>, name: string): Certificate {
  const directory = mkdtempSync(join(tmpdir(), 'certificate-'))
  t.teardown(() => rmSync(directory, { recursive: true }))
  const certFile = join(directory, 'cert.pem')
  const keyFile = join(directory, 'key.pem')
  execFileSync('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1',
    '-subj', '/CN=scripted issuer', '-addext', `subjectAltName=${name}`, '-keyout', keyFile, '-out', certFile
  ], { stdio: 'ignore' })
  return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8'), certFile }
}
