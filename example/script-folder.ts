/** A folder of this process alone, for the script that holds its tokens; it is gone when the application has closed. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'

/** Writes a file into the folder; resolves to its path. */
export type WriteFile = (name: string, text: string) => Promise<string>

/** Makes the folder, which only this user can read, before the application listens. */
export async function makeScriptFolder (app: FastifyInstance): Promise<WriteFile> {
  const folder = await mkdtemp(join(tmpdir(), 'fastify-cognito-auth-example-'))
  app.addHook('onClose', () => rm(folder, { recursive: true, force: true }))
  return async (name, text) => {
    const path = join(folder, name)
    await writeFile(path, text, { mode: 0o700 })
    return path
  }
}
