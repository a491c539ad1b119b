import t from 'tap'
import { createTestUserPool } from '../../src/testing/index.js'
import type { TestUserPool } from '../../src/testing/index.js'
import { generics } from './generics.js'
import { http2 } from './http2.js'
import { https } from './https.js'
import type { MatrixApp } from './matrix.js'
import { ownConfig } from './own-config.js'
import { pinoLogger } from './pino-logger.js'
import { plain } from './plain.js'
import { typebox } from './typebox.js'
import { zod } from './zod.js'

// That the matrix compiles is the compiler's to say; here every cell of it is asked what it does.
const instances: Record<string, (pool: TestUserPool) => Promise<MatrixApp>> = {
  plain, generics, typebox, zod, http2, https, 'loggerInstance: pino()': pinoLogger, 'own config': ownConfig
}

const hooks = ['authenticate', 'optional', 'authorize']
const paths = [
  'on-request', 'pre-validation', 'pre-handler', 'on-request-array', 'pre-validation-array', 'pre-handler-array',
  'route/on-request', 'route/pre-validation', 'route/pre-handler',
  'route/on-request-array', 'route/pre-validation-array', 'route/pre-handler-array',
  'hook/on-request', 'hook/pre-validation', 'hook/pre-handler'
]

/** What each hook answers to: no token, a bad one, a user's, an administrator's. */
const answers: Record<string, readonly [none: number, bad: number, user: number, admin: number]> = {
  authenticate: [401, 401, 200, 200],
  optional: [200, 401, 200, 200],
  authorize: [401, 401, 403, 200]
}

for (const [instance, build] of Object.entries(instances)) {
  t.test(`every hook guards every position of an instance: ${instance}`, async (t) => {
    const pool = createTestUserPool()
    const app = await build(pool)
    t.teardown(() => app.close())
    const userToken = await pool.accessToken({ sub: 'user' })
    const callers: ReadonlyArray<Record<string, string>> = [
      {},
      pool.authorization(`${userToken.slice(0, -8)}AAAAAAAA`),
      pool.authorization(userToken),
      pool.authorization(await pool.accessToken({ sub: 'admin', groups: ['Admins'] }))
    ]
    for (const hook of hooks) {
      for (const name of [hook, `imported-${hook}`]) {
        for (const path of paths) {
          const url = `/${name}/${path}${instance === 'generics' ? '/1' : ''}`
          const statuses: number[] = []
          for (const headers of callers) statuses.push((await app.inject({ url, headers })).statusCode)
          t.same(statuses, answers[hook], url)
        }
      }
    }
  })

  t.test(`a handler behind the hook sees the caller and keeps the types of its route: ${instance}`, async (t) => {
    const pool = createTestUserPool()
    const app = await build(pool)
    t.teardown(() => app.close())
    const url = `/authenticate/pre-handler${instance === 'generics' ? '/1' : ''}`
    const headers = pool.authorization(await pool.accessToken({ sub: 'user' }))
    const response = await app.inject({ url, headers })
    t.match(response.json(), { sub: 'user' })
    const nobody = await app.inject({ url: url.replace('/authenticate/', '/optional/'), headers: {} })
    t.notOk('sub' in nobody.json<object>(), 'nobody signed in, so there is no user to see')
  })
}
