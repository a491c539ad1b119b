/** As much of whatwg-fetch as tests need; the package has no types. */
declare module 'whatwg-fetch' {
  export const Response: typeof globalThis.Response
}
