/**
 * RSA key pairs made once and kept for later test processes: making two takes longer than most test files.
 *
 * Loaded by `--import` before a test file. The first plain 2048-bit pair that a process asks `node:crypto` for is the
 * first one kept, the second the second, so that they differ within a process as they would otherwise. Every other
 * request is passed on. What is kept are real keys that nobody trusts, in a folder that `npm ci` empties.
 */
import crypto, { createPrivateKey, createPublicKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { promisify } from 'node:util'

interface KeyPair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

const folder = new URL('../../node_modules/.cache/test-keys/', import.meta.url)
const { generateKeyPair, generateKeyPairSync } = crypto
const generate = promisify(generateKeyPair)
let taken = 0

function isPlain (type: string, options: object): boolean {
  return type === 'rsa' && JSON.stringify(options) === '{"modulusLength":2048}'
}

function keyPairOf (privateKey: KeyObject): KeyPair {
  return { privateKey, publicKey: createPublicKey(privateKey) }
}

/** The key pair of a number: the one kept under it, or else a new one, which is kept. */
function keptKeyPair (number: number): KeyPair {
  const path = new URL(`rsa-2048-${number}.pem`, folder)
  try {
    return keyPairOf(createPrivateKey(readFileSync(path)))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  // Under its name only when it is whole, since other processes read and write here at the same time.
  const draft = new URL(`${process.pid}-${number}`, folder)
  mkdirSync(folder, { recursive: true })
  writeFileSync(draft, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  renameSync(draft, path)
  return keyPairOf(privateKey)
}

const keptOrNew = async (type: 'rsa', options: { modulusLength: number }): Promise<KeyPair> =>
  isPlain(type, options) ? keptKeyPair(taken++) : generate(type, options)

Object.assign(crypto, {
  generateKeyPair: Object.assign((...args: Parameters<typeof generateKeyPair>) => { generateKeyPair(...args) }, { [promisify.custom]: keptOrNew }),
  generateKeyPairSync: (type: 'rsa', options: { modulusLength: number }) =>
    isPlain(type, options) ? keptKeyPair(taken++) : generateKeyPairSync(type, options)
})
syncBuiltinESMExports()
