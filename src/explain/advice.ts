/** What to change when a check fails. */
import type { Reason } from '../errors/failure.js'
import type { Check } from './check.js'

/** Advice by reason, for every reason that a verifier can give. */
export const advice: Readonly<Partial<Record<Reason, string>>> = Object.freeze({
  length: 'The token is longer than the option maxTokenLength. Usually many groups make it long: a pre token generation trigger can leave some out; or raise the option.',
  format: 'This is no signed token. Pass the access or the ID token itself, whole and without quotes: not the refresh token, which is encrypted and never sent to an API.',
  header: 'The first part is no JSON object, or longer than any header of Cognito. The token was altered, or something was cut off its beginning.',
  payload: 'The second part is no JSON object, names a member twice or with an escape, or holds more than is read (about 250 members or 500 names in arrays). The token was altered on its way, or a trigger puts too much into it.',
  algorithm: 'Cognito signs with RS256 and nothing else: this token is from another issuer.',
  critical: 'The token needs an extension (crit, b64) that is not understood here: it is from another issuer.',
  type: 'The header\'s typ says that the token was made for another use than calling an API. Send an access or an ID token of the user pool.',
  kid: 'No key of this id is published for the issuer. Check that the user pool id, and the JWKS address where one is given, are those of the pool that issued the token; a token from before a change of keys must be replaced by a fresh one.',
  signature: 'The signature does not fit: the token was altered or cut on its way, or another issuer publishes a key of the same id, as some emulators do for all their pools.',
  issuer: 'The token comes from another user pool. Configure that pool\'s id, or sign in to this one; for an emulator, set the option issuer to the iss above.',
  token_use: 'It is the other kind of token. Send the kind that is accepted, or accept both with the option tokenUse.',
  client_id: 'The token was issued to another app client. If users of that client may call this API, add it to the option clientId.',
  audience: 'A resource-bound access token must name this API: request it with the parameter resource, or correct the option audience.',
  confirmation: 'The token is bound to a key of its sender, which a bearer token gives no way to prove. Request one without such a binding.',
  subject: 'A token of Cognito always names its subject. Look at the trigger or the emulator that made this one.',
  jwt_id: 'The claim jti must be a string. Look at the trigger or the emulator that made this token.',
  username: 'The user name must be a string. Look at the trigger or the emulator that made this token.',
  groups: 'The claim cognito:groups must be an array of strings. A pre token generation trigger may have written it as one string.',
  scope: 'The claim scope must be one string with spaces between the scopes. Look at the trigger that wrote it.',
  issued_at: 'The token says it was issued in the future: compare the clock of this machine with the right time; issuedAtTolerance allows for a minute. If iat is no number of seconds since 1970, look at what made the token.',
  not_before: 'The token is not valid yet: compare the clock of this machine with the right time. If nbf is no number of seconds since 1970, look at what made the token.',
  lifetime: 'Tokens of Cognito live a day at most, and exp and iat are seconds since 1970. Look at the trigger or the emulator that made this one.',
  expired: 'Get a new one with the refresh token, or sign in again. If it should still be valid, compare the clock of this machine with the right time.',
  key_endpoint: 'The keys could not be fetched, so nobody can say whether the token is good. Check that this machine reaches the JWKS address (proxy, firewall, private endpoint), or give static keys with the option jwks, here --jwks FILE.',
  key_pending: 'The keys were fetched a moment ago and did not include this one, and may not be fetched again yet. Try again in a minute.',
  waiting: 'More tokens than may wait at once are waiting for the keys of the issuer: look at why the key endpoint is slow.',
  internal: 'This is a fault of fastify-cognito-auth; please report it, without the token.'
})

/** Advice by reason where the token lacks what a check asks for. Tokens of Cognito never do: an emulator or another issuer made it. */
export const adviceOnAbsence: Readonly<Partial<Record<Reason, string>>> = Object.freeze({
  algorithm: 'The header does not name its algorithm. Cognito always writes alg, and writes RS256: another issuer or an emulator made this token.',
  kid: 'The header does not name a key, so nobody can say which key to verify with. Cognito always writes kid: have the emulator or the issuer that made this token write it.',
  issuer: 'The token does not name its issuer, so nobody can say which user pool it is from. Cognito always writes iss: have the emulator that made this token write it; the option issuer does not help.',
  token_use: 'The token does not say whether it is an access or an ID token. Cognito always writes token_use: have the emulator or the issuer that made this token write it; the option tokenUse does not help.',
  client_id: 'The token does not name its app client. Cognito writes it into client_id of an access token and aud of an ID token: have the emulator or the issuer that made this one do so; the option clientId does not help.',
  audience: 'An access token has an aud only if it was requested for a resource: request it with the parameter resource, or leave out the option audience.',
  subject: 'The token does not name its subject. Cognito always writes sub: look at the emulator or the issuer that made this token.',
  issued_at: 'The token does not say when it was issued. That is no matter of clocks: Cognito always writes iat, so have the emulator or the issuer that made this token write it.',
  lifetime: 'Without both iat and exp nobody can say how long the token lives. Cognito always writes them: have the emulator or the issuer that made this token do so.',
  expired: 'The token does not say when it ends, and is never accepted. Another one from the same place will not be either: Cognito always writes exp, so have the emulator or the issuer that made this token write it.'
})

/** What to change about a check; `undefined` where it has not failed. */
export function adviceOn ({ reason, absent }: Pick<Check, 'reason' | 'absent'>): string | undefined {
  if (reason === null) return undefined
  return (absent === null ? undefined : adviceOnAbsence[reason]) ?? advice[reason]
}
