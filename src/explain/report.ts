/** An explanation as a person or a program reads it. */
import type { CognitoAuthErrorCode, Reason } from '../errors/failure.js'
import { escapeHidden } from '../errors/shown-text.js'
import { adviceOn } from './advice.js'
import type { Check } from './check.js'
import type { Examination } from './checks.js'
import type { Holder } from './claim-checks.js'
import { describe, list } from './words.js'

/** Why the verifier refused a token. */
export interface Refusal {
  readonly code: CognitoAuthErrorCode
  readonly reason: Reason
}

/** All that is told about a token; `--json` prints it as it is. */
export interface Report {
  readonly verdict: 'accepted' | 'refused' | 'undecided'
  /** The code and the reason of the verifier's error; `null` for an accepted token. */
  readonly code: CognitoAuthErrorCode | null
  readonly reason: Reason | null
  readonly checks: ReadonlyArray<Check & { readonly advice: string | undefined }>
  /** What the token says; to be believed only if it was accepted. */
  readonly holder: Holder | null
}

/** Puts the verifier's verdict and what was found together. */
export function createReport ({ checks, holder }: Examination, refusal: Refusal | null): Report {
  return {
    verdict: refusal === null ? 'accepted' : refusal.code === 'FST_COGNITO_UNAVAILABLE' ? 'undecided' : 'refused',
    code: refusal?.code ?? null,
    reason: refusal?.reason ?? null,
    checks: checks.map((check) => ({ ...check, advice: adviceOn(check) })),
    holder
  }
}

/** The report as JSON, with nothing in it that a terminal would obey. */
export function toJson (report: Report): string {
  return `${JSON.stringify(report, null, 2).split('\n').map(escapeHidden).join('\n')}\n`
}

/** The report as lines of text. */
export function toText (report: Report): string {
  return [...report.checks.flatMap(checkLines), ...skippedLines(report), '', ...holderLines(report), verdictLine(report), ''].join('\n')
}

const indent = ' '.repeat(18)

function checkLines ({ state, name, detail, advice: change }: Report['checks'][number]): string[] {
  if (state === 'skipped') return []
  const line = `${state === 'passed' ? 'ok  ' : 'FAIL'}  ${name.padEnd(10)}  ${detail}`
  return change === undefined ? [line] : [line, `${indent}-> ${change}`]
}

function skippedLines ({ checks }: Report): string[] {
  const names = checks.filter(({ state }) => state === 'skipped').map(({ name }) => name)
  return names.length === 0 ? [] : [`-     not looked at: ${names.join(', ')}`]
}

function holderLines ({ holder, verdict }: Report): string[] {
  if (holder === null) return []
  const { sub, username, groups, scopes, role } = holder
  return [
    verdict === 'accepted' ? 'The user:' : 'The user that the token names, though it was not accepted:',
    `  sub       ${describe(sub)}`,
    `  username  ${username === null ? 'none: a machine\'s token' : describe(username)}`,
    `  groups    ${list(groups)}`,
    `  scopes    ${list(scopes)}`,
    `  role      ${role === null ? 'none' : describe(role)}`,
    ''
  ]
}

function verdictLine ({ verdict, code, reason }: Report): string {
  return verdict === 'accepted' ? 'ACCEPTED' : `${verdict.toUpperCase()}: ${code}, reason ${reason}`
}
