/** Assertions about types: they cost nothing at run time and fail the compiler. */

/** `true` only where both types are the same one, `any` included. */
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false

/** Asserts that a value has exactly the type `T`: `exactly<T>()(value, true)`; anything else asks for `false`. */
export function exactly<T> (): <V>(value: V, same: Equal<V, T>) => void {
  return () => {}
}
