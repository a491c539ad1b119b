/** A reply whose request is still being judged: until then it can refuse, and nothing else. */
import { isErrorAnswer } from '../errors/client-error.js'

const heldSlot = Symbol('fastify-cognito-auth.held')

/** A reply of Fastify's, as far as it is used here. */
interface SendingReply {
  send (payload?: unknown): unknown
  removeHeader (name: string): unknown
  [heldSlot]?: Held | undefined
}

interface Held {
  /** How many are judging the request. */
  pending: number
}

/**
 * Holds a reply until the function that comes back is called. A hook behind ours can only be running meanwhile if a hook
 * of the application has called `done` twice; what it sends, unless that is an error, is replaced by what `refuse` gives.
 *
 * Costs nothing where a token is remembered, since nobody can send anything then before the request is judged. Does NOT see
 * what is written to `reply.raw`.
 *
 * @param reply What Fastify gave the hook; anything else is let be.
 */
export function holdReply (reply: unknown, refuse: () => Error): () => void {
  if (!isSending(reply)) return () => {}
  const held = reply[heldSlot] ?? putInFront(reply, refuse)
  held.pending++
  return () => { held.pending-- }
}

function putInFront (reply: SendingReply, refuse: () => Error): Held {
  const held: Held = { pending: 0 }
  const { send } = reply
  reply[heldSlot] = held
  reply.send = function (this: SendingReply, ...payload: unknown[]) {
    if (held.pending === 0 || isErrorAnswer(this, payload[0])) return Reflect.apply(send, this, payload)
    // Of a redirection this is what was to be kept from the caller.
    this.removeHeader('location')
    return Reflect.apply(send, this, [refuse()])
  }
  return held
}

function isSending (reply: unknown): reply is SendingReply {
  return typeof reply === 'object' && reply !== null && 'send' in reply && typeof reply.send === 'function'
}
