/** Reading options in tests: the smallest good options, and what a refusal must say. */
import type { Test } from 'tap'
import { readPluginOptions } from '../../src/options/read-options.js'

export const onePool = Object.freeze({ userPoolId: 'us-east-1_EXAMPLE01', clientId: '1example23456789' })

/** A bad option: its options, the path named and what is expected there; `got` where it is worth a look. */
export interface BadOption {
  readonly options: unknown
  readonly path: string
  readonly expected: string
  readonly got: string
}

/** Asserts that options are refused by exactly this message. */
export function assertOptionRefused (t: Test, { options, path, expected, got }: BadOption): void {
  const message = `fastify-cognito-auth: option "${path}" is invalid: expected ${expected}, got ${got}`
  let error: unknown = null
  try {
    readPluginOptions(options)
  } catch (thrown) {
    error = thrown
  }
  t.match(error, { name: 'CognitoAuthSetupError', code: 'FST_COGNITO_OPTIONS_INVALID' }, `${path} is refused`)
  t.equal((error as Error | null)?.message, message)
}

/** A row of a table of bad values: the value and how the message shows it. */
export type BadValue = readonly [value: unknown, got: string]

export const notANumber: readonly BadValue[] = [
  [undefined, 'undefined'], [null, 'null'], ['5', '"5"'], ['', '""'], [true, 'true'], [[5], 'an array'], [[], 'an empty array'],
  [{}, 'an object'], [5n, 'a value of type bigint'], [NaN, 'NaN'], [Infinity, 'Infinity'], [-Infinity, '-Infinity'], [() => 5, 'a value of type function']
]

export const notAString: readonly BadValue[] = [
  [undefined, 'undefined'], [null, 'null'], ['', '""'], [1, '1'], [false, 'false'], [{}, 'an object'], [Symbol('x'), 'a value of type symbol']
]

export const notAnObject: readonly BadValue[] = [
  [undefined, 'undefined'], [null, 'null'], ['x', '"x"'], [1, '1'], [true, 'true'], [[], 'an empty array'], [[1], 'an array'],
  [() => {}, 'a value of type function'], [new Date(), 'an object'], [new Map(), 'an object'], [Object.create({ a: 1 }), 'an object']
]

export const notAFunction: readonly BadValue[] = [
  [undefined, 'undefined'], [null, 'null'], ['f', '"f"'], [1, '1'], [false, 'false'], [{}, 'an object'], [[() => {}], 'an array']
]
