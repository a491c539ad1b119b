/** The option `userPools` with a `resolve` into settings. */
import { functionOr, integer, members, optionInvalid, texts } from './checks.js'
import type { ResolverSettings } from './settings.js'

const longestDuration = 2 ** 31 - 1
const placeholder = '{userPoolId}'

/** Checks it. */
export function readResolver (value: unknown): ResolverSettings {
  const given = members('userPools', value, ['resolve', 'maxEntries', 'maxAge', 'maxStale', 'unknownAge', 'timeout', 'issuerForms'])
  const resolve = functionOr<ResolverSettings['resolve'], null>('userPools.resolve', given['resolve'], null)
  if (resolve === null) throw optionInvalid('userPools.resolve', 'a function, or an array of pools as "userPools"', undefined)
  const maxAge = integer('userPools.maxAge', given['maxAge'], 300_000, 1, longestDuration)
  const maxStale = integer('userPools.maxStale', given['maxStale'], Math.max(3_600_000, maxAge), 1, longestDuration)
  if (maxStale < maxAge) throw optionInvalid('userPools.maxStale', `at least userPools.maxAge (${maxAge})`, maxStale)
  return Object.freeze({
    resolve,
    maxEntries: integer('userPools.maxEntries', given['maxEntries'], 1_000, 1, 1_000_000),
    maxAge,
    maxStale,
    unknownAge: integer('userPools.unknownAge', given['unknownAge'], 30_000, 1, longestDuration),
    timeout: integer('userPools.timeout', given['timeout'], 3_000, 1, longestDuration),
    issuerForms: Object.freeze(readForms(given['issuerForms']))
  })
}

function readForms (value: unknown): ReadonlyArray<readonly [before: string, after: string]> {
  if (value === undefined) return []
  return texts('userPools.issuerForms', value, `an http or https URL with "${placeholder}" once in its path`, isForm)
    .map((form) => form.split(placeholder) as [string, string])
}

// The id must be no part of the host, or a token would choose it.
function isForm (form: string): boolean {
  const parts = form.split(placeholder)
  if (parts.length !== 2 || !URL.canParse(form)) return false
  const { protocol, origin } = new URL(form)
  return ['http:', 'https:'].includes(protocol) && parts[0]?.startsWith(`${origin}/`) === true
}
