import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import t from 'tap'
import { openChannel } from '../../src/events/event-channel.js'

interface Note {
  readonly word: string
}

let made = 0
const freshName = (): string => `fastify-cognito-auth.test:${made++}`

t.test('an event is handed to everyone who listens, frozen', async (t) => {
  const name = freshName()
  const notes = openChannel<Note>(name)
  t.equal(notes.name, name)
  t.equal(notes.hasSubscribers, false)
  const heard: unknown[] = []
  const listener = (event: unknown, from: string | symbol): void => { heard.push([event, from, Object.isFrozen(event)]) }
  subscribe(name, listener)
  notes.subscribe(({ word }) => heard.push(word))
  t.equal(notes.hasSubscribers, true)
  notes.publish({ word: 'one' })
  t.strictSame(heard, [[{ word: 'one' }, name, true], 'one'])
  t.equal(unsubscribe(name, listener), true)
  t.equal(unsubscribe(name, listener), false)
  t.equal(unsubscribe(name, () => {}), false, 'one that never came')
  notes.publish({ word: 'two' })
  t.strictSame(heard.slice(2), ['two'])
})

t.test('what a subscriber throws, or rejects with, becomes one warning each, and the next one hears the event', async (t) => {
  const name = freshName()
  const notes = openChannel<Note>(name)
  const uncaught: unknown[] = []
  const onUncaught = (error: unknown): void => { uncaught.push(error) }
  process.prependListener('uncaughtException', onUncaught)
  process.prependListener('unhandledRejection', onUncaught)
  t.teardown(() => {
    process.off('uncaughtException', onUncaught)
    process.off('unhandledRejection', onUncaught)
  })
  const heard: string[] = []
  subscribe(name, () => { throw new Error('sync is broken') })
  const noError: unknown = 'no error at all'
  subscribe(name, () => { throw noError })
  subscribe(name, async () => { throw new Error('async is broken') })
  subscribe(name, (event) => { heard.push((event as Note).word) })
  const warnings: Error[] = []
  const keep = (warning: Error): void => { warnings.push(warning) }
  process.on('warning', keep)
  t.teardown(() => process.off('warning', keep))
  const warned = once(process, 'warning')
  notes.publish({ word: 'one' })
  notes.publish({ word: 'two' })
  await warned
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
  t.strictSame(heard, ['one', 'two'])
  t.strictSame(uncaught, [])
  t.strictSame(warnings.map((warning) => [(warning as { code?: string }).code, warning.message.split('told once: ').at(-1)]).sort(), [
    ['FST_COGNITO_SUBSCRIBER', 'Error: async is broken'], ['FST_COGNITO_SUBSCRIBER', 'Error: sync is broken'], ['FST_COGNITO_SUBSCRIBER', 'no error at all']
  ])
})

t.test('what cannot be made a text is no second failure', async (t) => {
  const name = freshName()
  const notes = openChannel<Note>(name)
  const uncaught: unknown[] = []
  const onUncaught = (error: unknown): void => { uncaught.push(error) }
  process.prependListener('unhandledRejection', onUncaught)
  t.teardown(() => process.off('unhandledRejection', onUncaught))
  const bare: unknown = Object.create(null)
  const broken: unknown = Object.assign(new Error('never shown'), { toString: () => { throw new Error('broken text') } })
  subscribe(name, () => { throw bare })
  subscribe(name, async () => { throw broken })
  const warnings: string[] = []
  const keep = ({ message }: Error): void => { warnings.push(message) }
  process.on('warning', keep)
  t.teardown(() => process.off('warning', keep))
  t.doesNotThrow(() => notes.publish({ word: 'one' }))
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
  t.strictSame(uncaught, [])
  t.strictSame(warnings, Array(2).fill('a subscriber has failed, which is told once: a thrown object'))
})

t.test('who has subscribed before is guarded too, and can go', async (t) => {
  const name = freshName()
  let heard = 0
  const broken = (): void => {
    heard++
    throw new Error('broken from the start')
  }
  subscribe(name, broken)
  const notes = openChannel<Note>(name)
  notes.publish({ word: 'one' })
  t.equal(heard, 1)
  t.equal(unsubscribe(name, broken), true)
  t.equal(notes.hasSubscribers, false)
})

t.test('a subscriber that tells the event again is heard', async (t) => {
  const name = freshName()
  const notes = openChannel<Note>(name)
  const heard: string[] = []
  notes.subscribe(({ word }) => {
    heard.push(word)
    if (word === 'one') notes.publish({ word: 'two' })
  })
  notes.publish({ word: 'one' })
  t.strictSame(heard, ['one', 'two'])
})

t.test('one that goes while it is told leaves the others theirs', async (t) => {
  const name = freshName()
  const notes = openChannel<Note>(name)
  const heard: string[] = []
  const once = (): void => {
    heard.push('once')
    unsubscribe(name, once)
  }
  subscribe(name, once)
  notes.subscribe(({ word }) => heard.push(word))
  notes.publish({ word: 'one' })
  notes.publish({ word: 'two' })
  t.strictSame(heard, ['once', 'one', 'two'])
})

t.test('without anyone nothing happens', async (t) => {
  t.doesNotThrow(() => openChannel<Note>(freshName()).publish({ word: 'one' }))
})
