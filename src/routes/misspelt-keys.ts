/** Keys of a route's `config` that were meant as `auth`: nothing reads them, so the route would be served as if there were none. */
import { copyOnce, ownMember } from './own-values.js'
import { whereIs } from './route-declaration.js'
import type { RouteDeclaration } from './route-declaration.js'
import { routeInvalid } from './route-invalid.js'
import { readsAsRule } from './route-rules.js'

// What people write for it, in small letters and without what joins the words; other plugins may have a key of
// such a name, so it counts only with a value that reads as a rule.
const words = new Set([
  'authentication', 'authenticate', 'authenticated', 'authenticator', 'authn', 'isauthenticated', 'authorization', 'authorisation',
  'authorize', 'authorise', 'authorized', 'authorised', 'authz', 'auths', 'authrequired', 'requireauth', 'requiresauth', 'requiredauth',
  'needsauth', 'requireauthentication', 'requiresauthentication', 'requireauthorization', 'authconfig', 'authoptions', 'authrule',
  'authmode', 'authrequirement', 'routeauth', 'defaultauth', 'cognito', 'cognitoauth', 'guard', 'guards', 'protected', 'protect', 'secured',
  'auht', 'atuh', 'uath', 'auth0', 'aut', 'auh', 'ath', 'authh', 'autth', 'aauth', 'oauth'
])

// Of these words `true` says by itself that somebody has to be signed in.
const questions = new Set([
  'authenticate', 'authenticated', 'isauthenticated', 'authrequired', 'requireauth', 'requiresauth', 'requiredauth', 'needsauth',
  'requireauthentication', 'requiresauthentication', 'requireauthorization'
])

/** Refuses a `config` with such a key. @throws `FST_COGNITO_ROUTE_INVALID` */
export function assertSpelt (config: unknown, route: RouteDeclaration): void {
  // What is no object has no keys.
  const given: object = Object(config)
  for (const name of Object.keys(given)) {
    if (name === 'auth' || !isMeantAsAuth(name, given)) continue
    throw routeInvalid(whereIs(route), `the rule there: it stands in config["${name}"], which nothing reads`)
  }
}

function isMeantAsAuth (name: string, config: object): boolean {
  const word = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  if (word === 'auth') return true
  if (!words.has(word)) return false
  const value = ownMember(config, name)
  return (value === true && questions.has(word)) || readsAsRule(copyOnce(value))
}
