/** A channel of `node:diagnostics_channel` whose subscribers cannot end the process. */
import { channel } from 'node:diagnostics_channel'
import type { ChannelListener } from 'node:diagnostics_channel'

/** Where events of one kind are told. Whoever tells one asks first whether somebody listens. */
export interface EventChannel<E extends object> {
  readonly name: string
  readonly hasSubscribers: boolean
  /** Hands a frozen event to all who listen, before it returns. */
  publish (event: E): void
  /** Calls a function with every event, for as long as the process lives. */
  subscribe (listener: (event: E) => void): void
}

const told = new WeakSet<ChannelListener>()

/**
 * Opens the channel of a name.
 *
 * Node.js makes an uncaught exception of what a subscriber throws, which ends the process. Here it becomes one warning for each
 * subscriber (`FST_COGNITO_SUBSCRIBER`), and so does the rejection of a promise that it returns.
 */
export function openChannel<E extends object> (name: string): EventChannel<E> {
  const opened = channel(name)
  return {
    name,
    get hasSubscribers () { return opened.hasSubscribers },
    publish: (event) => {
      // Not by `publish` of the channel, which does not catch. All versions of Node.js keep its subscribers there, once there are any.
      const { _subscribers: listeners } = opened as { readonly _subscribers?: readonly ChannelListener[] }
      if (listeners === undefined) opened.publish(event)
      else for (const listener of [...listeners]) hand(Object.freeze(event), name, listener)
    },
    subscribe: (listener) => opened.subscribe((event) => listener(event as E))
  }
}

function hand (event: object, name: string, listener: ChannelListener): void {
  try {
    const answer: unknown = listener(event, name)
    if (answer instanceof Promise) answer.catch((error: unknown) => tell(error, listener))
  } catch (error) {
    tell(error, listener)
  }
}

function tell (error: unknown, listener: ChannelListener): void {
  if (told.has(listener)) return
  told.add(listener)
  process.emitWarning(`a subscriber has failed, which is told once: ${textOf(error)}`, { type: 'CognitoAuthWarning', code: 'FST_COGNITO_SUBSCRIBER' })
}

// An object without a prototype, or with a broken `toString`, cannot be made a text: that must not fail in turn.
function textOf (error: unknown): string {
  try {
    return String(error)
  } catch {
    return `a thrown ${typeof error}`
  }
}
