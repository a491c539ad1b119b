/** The files under fixtures/: claims as AWS documents them, public keys, published test vectors. */
import { readFileSync, readdirSync } from 'node:fs'

const root = new URL('../../fixtures/', import.meta.url)

/** The text of a fixture as it is written, since the writing itself can matter: escaped slashes, the order of members. */
export function readFixture (path: string): string {
  return readFileSync(new URL(path, root), 'utf8').trimEnd()
}

/** The names of the fixtures in a folder. */
export function listFixtures (folder: string): string[] {
  return readdirSync(new URL(`${folder}/`, root)).sort()
}
