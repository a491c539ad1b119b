/** From what the compiler wrote, module by module, to the few files of `dist`: each file costs time at every start of a process. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dts } from 'rollup-plugin-dts'

const compiled = join(import.meta.dirname, '.build')

/** What is imported or run from outside: the file in `dist` and the module it begins with. A new one is one line here and one in `exports`. */
const doors = {
  index: 'index',
  verifier: 'verifier/index',
  testing: 'testing/index',
  openapi: 'openapi/index',
  dev: 'dev/index',
  mcp: 'mcp/index',
  revocation: 'revocation/index',
  telemetry: 'telemetry/index',
  prometheus: 'telemetry/prometheus',
  opentelemetry: 'telemetry/opentelemetry',
  bin: 'bin'
}

/** Doors that load no package: what they share with others is a file of its own, since the verifier's has one. */
const light = ['openapi', 'revocation']

/** The doors of a build of files with an ending, `.js` or `.d.ts`. */
function input (ending, names = Object.keys(doors)) {
  return Object.fromEntries(names.map((name) => [name, join(compiled, doors[name] + ending)]))
}

/** Reads a module together with the map that leads back to its source. */
const mapped = {
  name: 'compiled-modules',
  load (id) {
    const map = JSON.parse(readFileSync(`${id}.map`, 'utf8'))
    return { code: readFileSync(id, 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, ''), map }
  }
}

/**
 * What several doors need goes into one file beside them, if the verifier needs it, or if the plugin does and it needs
 * no package: so the plugin is two files, and neither it nor the verifier loads what only the tools for developers need.
 */
function sharedBetween (starts) {
  return (id, { getModuleInfo }) => {
    const isNeededBy = (start) => reaches(start, id, getModuleInfo)
    if (light.some((door) => isNeededBy(starts[door]))) return Object.values(starts).filter(isNeededBy).length > 1 ? 'light' : undefined
    if (isNeededBy(starts.verifier)) return 'shared'
    const isOfSeveral = isNeededBy(starts.index) && Object.values(starts).filter(isNeededBy).length > 1
    return isOfSeveral && needsNoPackage(id, getModuleInfo) ? 'shared' : undefined
  }
}

function reaches (from, to, getModuleInfo, seen = new Set()) {
  if (from === to) return true
  seen.add(from)
  const { importedIds, dynamicallyImportedIds } = getModuleInfo(from)
  return [...importedIds, ...dynamicallyImportedIds].some((id) => !seen.has(id) && reaches(id, to, getModuleInfo, seen))
}

function needsNoPackage (id, getModuleInfo, seen = new Set()) {
  const info = getModuleInfo(id)
  seen.add(id)
  return !info.isExternal && info.importedIds.every((imported) => seen.has(imported) || needsNoPackage(imported, getModuleInfo, seen))
}

const isPackage = (id) => !id.startsWith('.') && !id.startsWith('/')

const modules = input('.js')
// The command has no types.
const declarations = input('.d.ts', Object.keys(doors).filter((name) => name !== 'bin'))

export default [
  {
    input: modules,
    external: isPackage,
    plugins: [mapped],
    output: {
      dir: 'dist',
      chunkFileNames: '[name].js',
      manualChunks: sharedBetween(modules),
      hoistTransitiveImports: false,
      minifyInternalExports: false,
      sourcemap: true
    }
  },
  {
    input: declarations,
    external: isPackage,
    plugins: [dts()],
    output: {
      dir: 'dist',
      entryFileNames: '[name].d.ts',
      chunkFileNames: ({ name }) => `${name.replace(/\.d$/, '')}.d.ts`,
      manualChunks: sharedBetween(declarations),
      hoistTransitiveImports: false,
      minifyInternalExports: false
    }
  }
]
