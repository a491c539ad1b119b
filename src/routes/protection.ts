/** How a route is protected, in the words that others are told. */
import type { AuthMode } from '../options/options.js'
import type { AuthRule } from './requirement.js'
import type { Assessment } from './route-register.js'
import type { RouteProtection } from './route-slots.js'

const strictness: readonly AuthMode[] = ['public', 'optional', 'required']

/** The protection that was assessed of a route. */
export function protectionOf ({ judged, ofHooks, source }: Assessment): RouteProtection {
  const all = [...judged ?? [], ...ofHooks]
  const mode = strictestOf(all)
  const isFromHook = judged !== null && mode !== strictestOf(judged)
  return { auth: judged === null ? 'denied' : mode, requirements: requirementsOf(all), source: isFromHook ? 'hook' : source }
}

/** What must hold besides a valid token. */
export function requirementsOf (all: readonly AuthRule[]): RouteProtection['requirements'] {
  return Object.freeze(all.flatMap(({ requirement }) => requirement?.shown ?? []))
}

function strictestOf (all: readonly AuthRule[]): AuthMode {
  return all.map(({ mode }) => mode).reduce((one, other) => (strictness.indexOf(other) > strictness.indexOf(one) ? other : one), 'public')
}
