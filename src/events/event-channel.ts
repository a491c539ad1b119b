/** A channel of `node:diagnostics_channel` whose subscribers cannot end the process. */
import { channel } from 'node:diagnostics_channel'
import type { Channel, ChannelListener } from 'node:diagnostics_channel'
import { emitWarning } from 'node:process'

/** Where events of one kind are told. Whoever tells one asks first whether somebody listens. */
export interface EventChannel<E extends object> {
  readonly name: string
  readonly hasSubscribers: boolean
  /** Hands a frozen event to all who listen, before it returns. */
  publish (event: E): void
  /** Calls a function with every event, for as long as the process lives. */
  subscribe (listener: (event: E) => void): void
}

// Registered: the channel of a name is one in the whole process, and so is the mark of having been seen to.
const guardedSlot = Symbol.for('fastify-cognito-auth.guarded')

/**
 * Opens the channel of a name.
 *
 * Node.js makes an uncaught exception of what a subscriber throws, which ends the process. Here it becomes one warning for each
 * subscriber (`FST_COGNITO_SUBSCRIBER`), and so does the rejection of a promise that it returns.
 */
export function openChannel<E extends object> (name: string): EventChannel<E> {
  const opened = channel(name)
  if (!Object.hasOwn(opened, guardedSlot)) guard(opened)
  return {
    name,
    get hasSubscribers () { return opened.hasSubscribers },
    publish: (event) => opened.publish(Object.freeze(event)),
    subscribe: (listener) => opened.subscribe((event) => listener(event as E))
  }
}

/** Puts a guard around everyone who subscribes from now on, and around those who have before this module was loaded. */
function guard (opened: Channel): void {
  const guards = new WeakMap<ChannelListener, ChannelListener>()
  const guarded = new WeakSet<ChannelListener>()
  const early = (opened as { readonly _subscribers?: unknown })._subscribers

  // Looked up at each call: Node.js gives a channel other methods while somebody listens.
  function original (method: 'subscribe' | 'unsubscribe', listener: ChannelListener): unknown {
    return Reflect.apply((Object.getPrototypeOf(opened) as Channel)[method], opened, [listener])
  }

  function guardOf (listener: ChannelListener): ChannelListener {
    const known = guarded.has(listener) ? listener : guards.get(listener)
    if (known !== undefined) return known
    const made = guardedListener(listener)
    guards.set(listener, made)
    guarded.add(made)
    return made
  }

  Object.defineProperties(opened, {
    [guardedSlot]: { value: true },
    // What is no function is refused by Node.js itself.
    subscribe: { value: (listener: ChannelListener) => original('subscribe', typeof listener === 'function' ? guardOf(listener) : listener) },
    unsubscribe: { value: (listener: ChannelListener) => original('unsubscribe', guards.get(listener) ?? listener) }
  })
  for (const listener of Array.isArray(early) ? [...early as ChannelListener[]] : []) {
    original('unsubscribe', listener)
    opened.subscribe(listener)
  }
}

function guardedListener (listener: ChannelListener): ChannelListener {
  let isTold = false
  const tell = (error: unknown): void => {
    if (isTold) return
    isTold = true
    const said = error instanceof Error ? error.message : String(error)
    emitWarning(`a subscriber has failed, which changes nothing for requests; further failures are not told: ${said}`, { type: 'CognitoAuthWarning', code: 'FST_COGNITO_SUBSCRIBER' })
  }
  return (event, name) => {
    try {
      const answer: unknown = listener(event, name)
      if (answer instanceof Promise) answer.catch(tell)
    } catch (error) {
      tell(error)
    }
  }
}
