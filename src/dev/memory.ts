/** What a development pool remembers of sign-ins, for as long as it runs; shared by the providers of all its keys. */
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'

interface Entry {
  readonly payload: AdapterPayload
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number
}

/**
 * Makes the store in the form that `oidc-provider` asks for. What has expired is dropped at the next question.
 *
 * @param now Milliseconds since the Unix epoch.
 * @see https://github.com/panva/node-oidc-provider/blob/main/docs/README.md#adapter
 */
export function createMemory (now: () => number): AdapterFactory {
  const entries = new Map<string, Entry>()

  function dropExpired (): void {
    for (const [key, { expiresAt }] of entries) if (expiresAt <= now()) entries.delete(key)
  }

  return (model) => {
    const keyOf = (id: string): string => `${model} ${id}`
    const find = async (id: string): Promise<AdapterPayload | undefined> => {
      dropExpired()
      return entries.get(keyOf(id))?.payload
    }
    const findWhere = (holds: (payload: AdapterPayload) => boolean): AdapterPayload | undefined => {
      dropExpired()
      return Array.from(entries).find(([key, { payload }]) => key.startsWith(`${model} `) && holds(payload))?.[1].payload
    }

    const adapter: Adapter = {
      find,
      async upsert (id, payload, expiresIn = Infinity) {
        entries.set(keyOf(id), { payload, expiresAt: now() + expiresIn * 1000 })
      },
      findByUid: async (uid) => findWhere((payload) => payload.uid === uid),
      findByUserCode: async (userCode) => findWhere((payload) => payload.userCode === userCode),
      async consume (id) {
        const payload = await find(id)
        // Set in place: whoever holds the payload of a code that is used twice must see it.
        if (payload !== undefined) payload.consumed = Math.floor(now() / 1000)
      },
      async destroy (id) {
        entries.delete(keyOf(id))
      },
      async revokeByGrantId (grantId) {
        for (const [key, { payload }] of entries) if (payload.grantId === grantId) entries.delete(key)
      }
    }
    return adapter
  }
}
