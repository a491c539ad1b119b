/** The end of the start: what every route asks is fixed, and an application in which a rule would not hold is refused. */
import { isDeepStrictEqual } from 'node:util'
import { deepFreeze } from '../claims/freeze.js'
import { CognitoAuthSetupError } from '../errors/setup-error.js'
import { warnOfClosed } from './closed-routes.js'
import { foreignCover, foreignHook } from './copies.js'
import { coverOf, isWithin } from './cover.js'
import type { GateState } from './gate-state.js'
import { assertSpelt } from './misspelt-keys.js'
import { isOwnRoute } from './own-route.js'
import { absent } from './own-values.js'
import { never } from './standing.js'
import { assertCarriedOver, readDeclaration, whereIs } from './route-declaration.js'
import type { RouteDeclaration } from './route-declaration.js'
import { routeInvalid } from './route-invalid.js'
import type { RouteRecord } from './route-record.js'
import type { Assessment } from './route-register.js'
import { asksForMore, readingsOfHooks } from './route-rules.js'
import { warnOfUncovered } from './uncovered-routes.js'

/**
 * Settles every route of an application.
 *
 * @throws `FST_COGNITO_ROUTE_INVALID` for a rule that nothing would enforce: beside `config`, under another key, or on a
 * route that no registration covers; `FST_COGNITO_REGISTRATION_INVALID` for a registration that covers no route at all.
 */
export function settleRoutes (state: GateState): void {
  const all = [...state.records, ...state.notFounds]
  const uncovered: RouteRecord[] = []
  const settled = new Map<RouteRecord, Assessment>()
  for (const record of all) {
    const cover = coverOf(record.scope)
    if (cover === null) uncovered.push(record)
    else settled.set(record, cover.register.settle(record))
  }
  for (const [record, { declaration }] of settled) assertMeant(declaration, record)
  warnOfClosed([...settled].filter(([record]) => !state.notFounds.includes(record)))
  for (const record of uncovered) settleUncovered(record, state)
  for (const { copy } of all) deepFreeze(copy)
  for (const scope of state.covered) {
    if (uncovered.length > 0 && !all.some((record) => isWithin(record.scope, scope) && !isOwnRoute(record.options))) throw registeredInVain()
  }
  warnOfUncovered(uncovered, state.covered)
}

function assertMeant (declaration: RouteDeclaration, { options, made }: RouteRecord): void {
  assertSpelt(options.config, declaration)
  const { optionAuth, auth, hooks } = declaration
  const stranger = hooks.map(foreignHook).find((mark) => mark !== null)
  if (stranger !== undefined) throw isForeign(declaration, stranger.version)
  if (!asksForMore(optionAuth)) return
  // An `onRoute` hook may have made a config or a hook of it.
  const read = [auth, made?.auth, ...readingsOfHooks(declaration).map(({ value }) => value)]
  if (!read.some((value) => isDeepStrictEqual(value, optionAuth))) {
    throw routeInvalid(whereIs(declaration), 'the rule there: it stands in an option "auth" beside config, where nothing reads it')
  }
}

function settleUncovered (record: RouteRecord, { covered, failed }: GateState): void {
  const declaration = readDeclaration(record.options)
  const { auth, optionAuth } = declaration
  const mark = foreignCover(record.scope)
  if (mark !== null) {
    // Judged by that copy, which does not know this one's hooks.
    if (readingsOfHooks(declaration).length > 0) throw isForeign(declaration, mark.version)
    record.needs = []
    return
  }
  // In an application without a registration a key "auth" may be another plugin's.
  if (covered.size > 0 || failed.size > 0) {
    assertCarriedOver(record.options)
    assertSpelt(record.options.config, declaration)
    if ((auth !== absent && auth !== 'public') || asksForMore(optionAuth)) throw isUncovered(declaration)
  } else if (asksForMore(auth)) throw isUncovered(declaration)
  const isBroken = [...failed].some((scope) => isWithin(record.scope, scope))
  record.needs = isBroken ? [never] : readingsOfHooks(declaration).map(({ rule }) => rule)
}

function isForeign (declaration: RouteDeclaration, version: string): CognitoAuthSetupError {
  return routeInvalid(whereIs(declaration), `hooks of the copy of fastify-cognito-auth that is registered there: another copy of this package (version ${version}) ` +
    'is in this process, and neither knows what the other has judged; npm ls fastify-cognito-auth shows them')
}

function isUncovered (declaration: RouteDeclaration): CognitoAuthSetupError {
  return routeInvalid(whereIs(declaration), 'a registration of fastify-cognito-auth in the context of the route or in a parent: ' +
    'a plugin file that registers it must be wrapped in fp (fastify-plugin), or it covers only what is declared in that file')
}

function registeredInVain (): CognitoAuthSetupError {
  return new CognitoAuthSetupError('FST_COGNITO_REGISTRATION_INVALID', 'fastify-cognito-auth is registered in a context without routes, ' +
    'and the routes elsewhere are not covered: wrap the plugin file that registers it in fp (fastify-plugin), or register it in the root')
}
