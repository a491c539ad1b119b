/** Makes a verifier, perhaps verifies something, and does nothing more: whether the process ends is up to the verifier. */
import { createVerifier } from '../../../src/index.js'
import type { VerifierOptions } from '../../../src/index.js'

const [options = '{}', token] = process.argv.slice(2)
const verifier = createVerifier(JSON.parse(options) as VerifierOptions)
if (token === undefined) {
  console.log('made')
} else {
  const outcome = await verifier.verify(token).then(({ sub }) => `sub ${sub}`, (error: Error) => describe(error))
  console.log(outcome)
}

function describe (error: Error): string {
  const codes: unknown[] = []
  for (let at: unknown = error; at instanceof Error; at = at.cause) codes.push('fault' in at ? at.fault : 'code' in at ? at.code : at.name)
  return codes.join(' < ')
}
