/** What is compared: each a module that protects one route. */
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

export interface Candidate {
  readonly name: string
  readonly module: URL
  readonly environment: Readonly<Record<string, string>>
}

/** This package as built, before (where an older build is named), jose by hand, aws-jwt-verify. */
export function candidates (older: string | undefined): Candidate[] {
  const ours = (name: string, file: string, environment = {}): Candidate => ({
    name, module: new URL('protect-ours.js', import.meta.url), environment: { FASTIFY_COGNITO_AUTH: pathToFileURL(resolve(file)).href, ...environment }
  })
  return [
    ours('this package', fileURLToPath(new URL('../../dist/index.js', import.meta.url)), { HAS_ALLOW_INSECURE: 'yes' }),
    ...(older === undefined ? [] : [ours('before', older)]),
    { name: 'jose by hand', module: new URL('protect-jose.js', import.meta.url), environment: {} },
    { name: 'aws-jwt-verify', module: new URL('protect-aws-jwt-verify.js', import.meta.url), environment: {} }
  ]
}
