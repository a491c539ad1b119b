/** Checks for single option values: each returns the value it was given, or says at which path what was expected. */
import { CognitoAuthSetupError } from '../errors/setup-error.js'

/** A bad option: where it stands, what was expected there and what came. */
export function optionInvalid (path: string, expected: string, actual: unknown): CognitoAuthSetupError {
  return new CognitoAuthSetupError(
    'FST_COGNITO_OPTIONS_INVALID',
    `fastify-cognito-auth: option "${path}" is invalid: expected ${expected}, got ${describe(actual)}`
  )
}

/** The own members of an options object; refuses other values and names that are not in `known`. */
export function members (path: string, value: unknown, known: readonly string[]): Readonly<Record<string, unknown>> {
  if (!isPlainObject(value)) throw optionInvalid(path, 'an object', value)
  for (const name of Object.keys(value)) {
    const at = path === '' || path === 'options' ? name : `${path}.${name}`
    if (!known.includes(name)) {
      throw optionInvalid(at, `no option of this name; known are ${known.join(', ')}`, value[name])
    }
    // An option that is present but undefined is a missing setting of the deployment, not a wish for the default.
    if (value[name] === undefined) throw optionInvalid(at, 'a value, or the option left out', undefined)
  }
  return value
}

/** An integer from `least` to `most`. */
export function integer (path: string, value: unknown, fallback: number, least: number, most: number): number {
  if (value === undefined) return fallback
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
  throw optionInvalid(path, `an integer from ${least} to ${most}`, value)
}

/** A finite number from `least` to `most`. */
export function finiteNumber (path: string, value: unknown, fallback: number, least: number, most: number): number {
  if (value === undefined) return fallback
  if (typeof value === 'number' && value >= least && value <= most) return value
  throw optionInvalid(path, `a number from ${least} to ${most}`, value)
}

/** A string that `accepts` holds good. */
export function text (path: string, value: unknown, expected: string, accepts: (value: string) => boolean): string {
  if (typeof value === 'string' && accepts(value)) return value
  throw optionInvalid(path, expected, value)
}

/** One string or a non-empty array of different strings, each of which `accepts` holds good; always an array afterwards. */
export function texts (path: string, value: unknown, expected: string, accepts: (value: string) => boolean): readonly string[] {
  if (!Array.isArray(value)) return [text(path, value, `${expected}, or an array of these`, accepts)]
  if (value.length === 0) throw optionInvalid(path, `${expected}, or a non-empty array of these`, value)
  // `Array.from` and not `map`: a hole in the array must be looked at too.
  const all = Array.from(value, (item, index) => text(`${path}[${index}]`, item, expected, accepts))
  const twice = all.findIndex((item, index) => all.indexOf(item) !== index)
  if (twice !== -1) throw optionInvalid(`${path}[${twice}]`, 'each value once', all[twice])
  return all
}

/** A function, or the fallback where none was given. */
export function functionOr<F, D> (path: string, value: unknown, fallback: D): F | D {
  if (value === undefined) return fallback
  // The signature cannot be seen at run time; the type of the options states it.
  if (typeof value === 'function') return value as F
  throw optionInvalid(path, 'a function', value)
}

/** Tells an object literal from every other value. */
export function isPlainObject (value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  // Not compared with `Object.prototype`: a test runner may hand over objects of another realm, which have their own.
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

const longestShown = 80

function describe (value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > longestShown ? `${value.slice(0, longestShown)}…` : value)
  if (typeof value === 'number' || typeof value === 'boolean' || value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array'
  return typeof value === 'object' ? 'an object' : `a value of type ${typeof value}`
}
