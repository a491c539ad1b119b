/** Header lines as they come over the wire, which no HTTP client would send. */
import t from 'tap'
import type { Test } from 'tap'
import { createAttackTarget } from '../support/attack.js'
import { sendLines } from '../support/raw-http.js'
import { assertRefused } from '../support/refusals.js'

const target = await createAttackTarget(t)
const valid = await target.access({ sub: 'user' })
const other = await target.access({ sub: 'other' })
const bearer = `Authorization: Bearer ${valid}`

async function passes (t: Test, says: string, lines: readonly string[]): Promise<void> {
  const { statusCode, body } = await sendLines(target.app, '/attacked', lines)
  t.strictSame([statusCode, (JSON.parse(body) as { sub?: string }).sub], [200, 'user'], says)
}

async function fails (t: Test, says: string, lines: readonly string[], code: Parameters<typeof assertRefused>[2]): Promise<void> {
  await t.test(says, async (t) => {
    const { handledCount, fetchCount } = target
    assertRefused(t, await sendLines(target.app, '/attacked', lines), code)
    t.strictSame([target.handledCount, target.fetchCount], [handledCount, fetchCount], 'neither the handler nor the keys are reached')
  })
}

t.test('takes one Authorization line, however its name is written', async (t) => {
  await passes(t, 'as usual', [bearer])
  await passes(t, 'lower case', [`authorization: Bearer ${valid}`])
  await passes(t, 'upper case, no space after the colon', [`AUTHORIZATION:Bearer ${valid}`])
  await passes(t, 'blanks around the value', [`Authorization: \t Bearer ${valid} \t`])
  await passes(t, 'beside headers with names alike', [bearer, 'X-Authorization: Basic a', 'Authorization2: Basic a', 'Proxy-Authorization: Basic a', 'Authorizatio: Basic a'])
  await passes(t, 'beside a header with that name as its value', [bearer, 'X-Name: Authorization', 'Authorization-X: authorization'])
})

t.test('refuses two Authorization lines, of which Node would keep the first', async (t) => {
  const code = 'FST_COGNITO_REQUEST_INVALID'
  await fails(t, 'two different tokens', [bearer, `Authorization: Bearer ${other}`], code)
  await fails(t, 'the same token twice', [bearer, bearer], code)
  await fails(t, 'another scheme after it', [bearer, 'Authorization: Basic dXNlcjpwYXNz'], code)
  await fails(t, 'another scheme before it', ['Authorization: Basic dXNlcjpwYXNz', bearer], code)
  await fails(t, 'an empty line before it', ['Authorization:', bearer], code)
  await fails(t, 'an empty line after it', [bearer, 'Authorization:'], code)
  await fails(t, 'names in different case', [bearer, `aUTHORIZATION: Bearer ${other}`], code)
  await fails(t, 'three lines apart', [bearer, 'X-A: 1', bearer, 'X-B: 2', bearer], code)
  await fails(t, 'two of another scheme', ['Authorization: Basic a', 'Authorization: Basic b'], code)
})

t.test('is not confused by headers named like parts of JavaScript', async (t) => {
  const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__']
  for (const name of names) {
    await passes(t, `${name} beside the token`, [`${name}: Bearer ${other}`, bearer])
    await passes(t, `${name} twice`, [bearer, `${name}: a`, `${name}: b`])
    await fails(t, `${name} in place of it`, [`${name}: Bearer ${valid}`], 'FST_COGNITO_TOKEN_MISSING')
    await fails(t, `${name} beside two lines`, [`${name}: a`, bearer, bearer], 'FST_COGNITO_REQUEST_INVALID')
  }
  t.notOk('authorization' in {})
})

t.test('refuses blanks and bytes that no bearer token has', async (t) => {
  const code = 'FST_COGNITO_REQUEST_INVALID'
  await fails(t, 'a tab for the space', [`Authorization: Bearer\t${valid}`], code)
  await fails(t, 'a tab after the space', [`Authorization: Bearer \t${valid}`], code)
  await fails(t, 'a tab within the token', [`Authorization: Bearer ${valid.replace('.', '.\t')}`], code)
  await fails(t, 'a space within the token', [`Authorization: Bearer ${valid.replace('.', '. ')}`], code)
  await fails(t, 'a byte beyond ASCII', [`Authorization: Bearer ${valid}\u00e9`], code)
  await fails(t, 'a no-break space', [`Authorization: Bearer\u00a0${valid}`], code)
  await fails(t, 'the scheme alone', ['Authorization: Bearer'], code)
  await fails(t, 'the scheme and blanks', ['Authorization: Bearer   '], code)
  await fails(t, 'a list', [`Authorization: a, Bearer ${valid}`], code)
  await fails(t, 'no value', ['Authorization:'], 'FST_COGNITO_TOKEN_MISSING')
})

t.test('never sees what Node refuses: a folded line, a NUL, a header too large', async (t) => {
  const { handledCount } = target
  for (const lines of [[`Authorization: Bearer\r\n ${valid}`], [`Authorization: Bearer ${valid}\0`], [`Authorization: Bearer ${'a'.repeat(20_000)}`]]) {
    const { statusCode } = await sendLines(target.app, '/attacked', lines)
    t.ok(statusCode === 400 || statusCode === 401 || statusCode === 431, `status ${statusCode}`)
  }
  t.equal(target.handledCount, handledCount)
})
