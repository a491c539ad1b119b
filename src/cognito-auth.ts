/** What the plugin offers an application beside its hooks. */
import type { KeySourceStatus } from './keys/key-source.js'
import type { RouteAuth } from './route-auth.js'
import type { Verifier } from './verifier.js'

/** What `app.cognitoAuth` offers. */
export interface CognitoAuth {
  /** See {@link Verifier.verify}. */
  readonly verify: Verifier['verify']
  /** Every route of this context and below with its protection, as far as declarations tell; see {@link RouteAuth}. */
  routes (): RouteAuth[]
  /** How the keys of each issuer stand, for readiness probes; has keys that are due fetched again, without waiting. */
  status (): KeySourceStatus[]
}
