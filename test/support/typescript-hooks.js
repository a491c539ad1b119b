// Module hooks for TypeScript whose types can be erased. They serve both ways to register hooks: what `next` returns is
// a value among synchronous hooks and a promise among asynchronous ones.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { blankTypes } from './typescript-cache.js'

const isOurs = (url) => url.startsWith('file:') && !url.includes('/node_modules/')

// A test file that shares its process with others gets a test of its own where it asks for tap's root.
const tapOfFile = new URL('tap-of-file.ts', import.meta.url)

/** A path to `name.js` means `name.ts` where only that exists, as for the compiler. */
export function resolve (specifier, context, next) {
  if (/^(?:\.{1,2}\/|file:)[^?#]*\.js$/.test(specifier) && context.parentURL !== undefined && isOurs(context.parentURL)) {
    const written = new URL(specifier, context.parentURL)
    const typed = new URL(written.href.replace(/\.js$/, '.ts'))
    if (!existsSync(written) && existsSync(typed)) return next(typed.href, context)
  }
  if (specifier === 'tap' && context.parentURL?.endsWith('.test.ts?together')) {
    return { url: `${tapOfFile}?file=${encodeURIComponent(context.parentURL)}`, shortCircuit: true }
  }
  return next(specifier, context)
}

/** Loads a `.ts` file as a module, without its types. */
export function load (url, context, next) {
  if (!isOurs(url) || !url.split('?')[0].endsWith('.ts')) return next(url, context)
  const path = fileURLToPath(url)
  const erase = (loaded) => ({ ...loaded, source: blankTypes(String(loaded.source), path) })
  const loaded = next(url, { ...context, format: 'module' })
  return loaded instanceof Promise ? loaded.then(erase) : erase(loaded)
}
