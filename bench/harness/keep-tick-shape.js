// Keeps V8 from forgetting the shape of the objects that process.nextTick makes.
import { createHook } from 'node:async_hooks'

let kept = null

/**
 * Holds on to one tick object. They are literals with computed names: if a full garbage collection meets none of them
 * alive, V8 drops their hidden classes and makes each later one through its runtime, 4 µs a request. Whether a process
 * meets with that is chance, and has nothing to do with what is compared here.
 */
export function keepTickShape () {
  const hook = createHook({ init (id, type, triggerId, resource) { if (type === 'TickObject') kept = resource } })
  hook.enable()
  process.nextTick(() => {})
  hook.disable()
  if (kept === null) throw new Error('Node.js made no tick object')
}
