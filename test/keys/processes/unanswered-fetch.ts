/** Makes a verifier whose fetch never settles and holds nothing open: only a timer could keep the process from ending. */
import { createVerifier } from '../../../src/index.js'

createVerifier({
  userPoolId: 'us-east-1_EXAMPLE01',
  clientId: '1example23456789',
  keys: { fetch: () => new Promise(() => {}), timeout: 600_000 }
})
console.log('made')
