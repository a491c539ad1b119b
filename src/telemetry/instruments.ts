/** Every instrument there is: one table for both ways of measuring, and for the page about them. */

/** What an instrument is called where, what it counts in, and what it tells apart. */
export interface Instrument {
  readonly kind: 'counter' | 'histogram' | 'gauge'
  /** @see https://prometheus.io/docs/practices/naming/ */
  readonly prometheus: string
  /** @see https://opentelemetry.io/docs/specs/semconv/general/naming/ */
  readonly otel: string
  /** In the notation of UCUM, which OpenTelemetry uses. */
  readonly unit: string
  readonly help: string
  /** Each label has its values from a closed list, from the options, or from the routes: nothing that a caller has written. */
  readonly labels: readonly Label[]
}

/** What is told apart. */
export type Label = 'cached' | 'code' | 'reason' | 'route' | 'issuer' | 'outcome' | 'fault' | 'state'

/** The values of an instrument's labels. */
export type Labels = Readonly<Partial<Record<Label, string>>>

/** The bounds of the buckets of a duration, in seconds: a remembered token takes 1 µs, a signature 100, a fetch of keys seconds. */
export const durationBuckets: readonly number[] = Object.freeze([0.000_01, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.005, 0.025, 0.1, 0.5, 1, 3])

/** The name of an instrument in this package. */
export type InstrumentName =
  | 'verification' | 'guests' | 'refused' | 'keyFetch' | 'keySuccess' | 'keyAge' | 'cachedTokens' | 'waiting' | 'revocation' | 'revocationEntries'

/** The instruments, by the name that this package uses for them. */
export const instruments: Readonly<Record<InstrumentName, Instrument>> = {
  verification: {
    kind: 'histogram',
    prometheus: 'cognito_auth_verification_duration_seconds',
    otel: 'cognito_auth.verification.duration',
    unit: 's',
    help: 'Time from the first rule of a request to its user, of requests that were let in with a token',
    labels: ['cached']
  },
  guests: {
    kind: 'counter',
    prometheus: 'cognito_auth_guests_total',
    otel: 'cognito_auth.guests',
    unit: '{request}',
    help: 'Requests that were let in without a token, on routes where none is needed',
    labels: []
  },
  refused: {
    kind: 'counter',
    prometheus: 'cognito_auth_refused_total',
    otel: 'cognito_auth.refused',
    unit: '{request}',
    help: 'Requests that were refused',
    labels: ['code', 'reason', 'route']
  },
  keyFetch: {
    kind: 'histogram',
    prometheus: 'cognito_auth_key_fetch_duration_seconds',
    otel: 'cognito_auth.key_fetch.duration',
    unit: 's',
    help: 'Time of an attempt to fetch signing keys',
    labels: ['issuer', 'outcome', 'fault']
  },
  keySuccess: {
    kind: 'gauge',
    prometheus: 'cognito_auth_key_last_success_timestamp_seconds',
    otel: 'cognito_auth.key.last_success',
    unit: 's',
    help: 'When signing keys were fetched last, in seconds since the Unix epoch',
    labels: ['issuer']
  },
  keyAge: {
    kind: 'gauge',
    prometheus: 'cognito_auth_key_age_seconds',
    otel: 'cognito_auth.key.age',
    unit: 's',
    help: 'Age of the signing keys in use',
    labels: ['issuer']
  },
  cachedTokens: {
    kind: 'gauge',
    prometheus: 'cognito_auth_cached_tokens',
    otel: 'cognito_auth.cached_tokens',
    unit: '{token}',
    help: 'Verified tokens that are remembered',
    labels: []
  },
  waiting: {
    kind: 'gauge',
    prometheus: 'cognito_auth_waiting_verifications',
    otel: 'cognito_auth.waiting_verifications',
    unit: '{token}',
    help: 'Tokens that wait for signing keys',
    labels: []
  },
  revocation: {
    kind: 'gauge',
    prometheus: 'cognito_auth_revocation_state',
    otel: 'cognito_auth.revocation.state',
    unit: '1',
    help: '1 for the state in which the list of revoked tokens is',
    labels: ['state']
  },
  revocationEntries: {
    kind: 'gauge',
    prometheus: 'cognito_auth_revocation_entries',
    otel: 'cognito_auth.revocation.entries',
    unit: '{entry}',
    help: 'Entries of the list of revoked tokens when it last changed its state',
    labels: []
  }
}
