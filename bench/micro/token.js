// The steps of a cold token, one by one.
import { createPublicKey, verify } from 'node:crypto'
import { importJWK, jwtVerify } from 'jose'
import { compare, compareAsync } from '../harness/compare.js'

const form = /^[\w-]+\.[\w-]+\.[\w-]+$/
const alphabet = /[^\w.-]/
const decoder = new TextDecoder('utf-8', { fatal: true })

export async function run ({ tokens, garbage, settings, load }) {
  const { decodeHeader, decodePayload, splitCompactJws } = await load('token/compact-jws.js')
  const { parseJsonObject } = await load('token/strict-json.js')
  const { judgeClaims } = await load('claims/claim-rules.js')
  const { createCognitoUser } = await load('claims/user.js')
  const { findSigner } = await load('token/signature.js')
  const { createInFlight } = await load('verifier/in-flight.js')
  const { createVerifier } = await load('index.js')

  const one = (all) => (at) => all[at % all.length]
  const token = one(tokens)
  const bad = one(garbage)
  const payloads = tokens.map((each) => each.split('.')[1])
  const payload = one(payloads)
  const bytes = one(payloads.map((each) => Buffer.from(each, 'base64url')))
  const texts = payloads.map((each) => Buffer.from(each, 'base64url').toString())
  const text = one(texts)
  const claims = one(texts.map((each) => JSON.parse(each)))
  const policy = {
    userPool: { clientIds: [settings.clientId], tokenUses: ['access', 'id'], audiences: null, issuers: [settings.issuer] },
    clockTolerance: 5
  }
  const now = Date.now() / 1000
  const roles = { byGroup: [['Admins', 'Admin'], ['Auditors', 'Auditor']], otherwise: null }
  const bounds = { weight: 512, depth: 32, loose: 4_096 }
  const decode = (each) => {
    const jws = splitCompactJws(each)
    return 'reason' in jws ? jws : { header: decodeHeader(jws), payload: decodePayload(jws) }
  }
  const decoded = tokens.map((each) => splitCompactJws(each))
  const jws = one(decoded)
  const signed = one(decoded.map((each) => ({ input: Buffer.from(each.signingInput), signature: Buffer.from(each.signature, 'base64url') })))
  const publicKey = createPublicKey(settings.publicKey)
  const keys = [{ kid: 'x', publicKey, retired: false }]
  const imported = await importJWK(settings.key, 'RS256')
  const verifier = createVerifier({ userPoolId: settings.userPoolId, clientId: settings.clientId, jwks: settings.jwks, cache: false })
  const inFlight = createInFlight()
  const inFlightMap = new Map()

  return {
    'reading a token': await compare({
      'splitCompactJws, decodeHeader, decodePayload': (at) => decode(token(at)),
      'split, base64url, JSON.parse, no strictness': (at) => token(at).split('.').slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url'))),
      'the regular expression for its form': (at) => form.test(token(at)),
      'a search for a character outside the alphabet': (at) => alphabet.test(token(at)),
      'the same of garbage': (at) => decode(bad(at))
    }),
    'bytes of a part': await compare({
      'Buffer.from base64url': (at) => Buffer.from(payload(at), 'base64url'),
      'Buffer.from base64': (at) => Buffer.from(payload(at), 'base64'),
      'write into a buffer that is there': (at) => scratch.write(payload(at), 'base64url')
    }),
    'text of the bytes': await compare({
      'toString utf8': (at) => bytes(at).toString('utf8'),
      latin1Slice: (at) => bytes(at).latin1Slice(),
      'fatal TextDecoder': (at) => decoder.decode(bytes(at))
    }),
    'claims of the bytes': await compare({
      parseJsonObject: (at) => parseJsonObject(bytes(at), bounds),
      'JSON.parse of the text': (at) => JSON.parse(text(at)),
      'JSON.parse of text that is none': (at) => attempt(() => JSON.parse(payload(at)))
    }),
    'judging the claims': await compare({
      judgeClaims: (at) => judgeClaims(claims(at), policy, now)
    }),
    'the user': await compare({
      'JSON.parse': (at) => JSON.parse(text(at)),
      'JSON.parse, createCognitoUser': (at) => createCognitoUser(JSON.parse(text(at)), settings.userPoolId, roles)
    }),
    'sharing, on a miss': await compare({
      'table of slots: get and add': (at) => { const each = token(at); return inFlight.get(each) ?? inFlight.add(each, done) },
      'Map: get, set and delete': (at) => {
        const each = token(at)
        if (inFlightMap.get(each) === undefined) inFlightMap.set(each, done)
        return inFlightMap.delete(each)
      }
    }),
    'a cold token, all threads': await compareAsync({
      'this package\'s verifier, no cache': (at) => verifier.verify(token(at)),
      'only the signature': (at) => findSigner(keys, jws(at)),
      'jose.jwtVerify': (at) => jwtVerify(token(at), imported, { issuer: settings.issuer, algorithms: ['RS256'] })
    }),
    'the signature, all threads': await compareAsync({
      'findSigner, which also makes bytes of the text': (at) => findSigner(keys, jws(at)),
      'crypto.verify, callback': (at) => new Promise((resolve) => { verify('sha256', signed(at).input, publicKey, signed(at).signature, (error, isValid) => resolve(error ?? isValid)) }),
      'crypto.verify, synchronous': async (at) => verify('sha256', signed(at).input, publicKey, signed(at).signature)
    })
  }
}

const scratch = Buffer.alloc(16_384)
const done = Promise.resolve()

function attempt (work) {
  try {
    return work()
  } catch (error) {
    return error
  }
}
