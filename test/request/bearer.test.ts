import t from 'tap'
import { bearerMalformed, findBearer, isB64Token, schemeMissing } from '../../src/request/bearer.js'
import { failure, tokenMissing } from '../../src/errors/failure.js'

function find (authorization?: string, rawHeaders?: readonly string[]): unknown {
  return findBearer({
    headers: authorization === undefined ? {} : { authorization },
    raw: rawHeaders === undefined ? {} : { rawHeaders }
  })
}

t.test('gives what follows the scheme, in any spelling of the scheme', async (t) => {
  for (const scheme of ['Bearer', 'bearer', 'BEARER', 'bEaReR']) t.equal(find(`${scheme} a.b.c`), 'a.b.c', scheme)
})

t.test('one or several spaces may follow the scheme', async (t) => {
  t.equal(find('Bearer   a.b.c'), 'a.b.c')
  t.equal(find('bearer  a.b.c'), 'a.b.c')
})

t.test('another scheme is no bearer credential: the token is missing', async (t) => {
  for (const header of ['Basic dXNlcjpwYXNz', 'Digest username="bearer"', 'Bearerx a', 'bearer-token a', 'Token bearer', 'x bearer a', '', 'DPoP a.b.c']) {
    t.equal(find(header), tokenMissing, header)
  }
  t.equal(find(), tokenMissing, 'no header')
})

t.test('what was meant as a bearer token and is none is malformed', async (t) => {
  for (const header of ['Bearer\ta.b.c', 'Bearer,', 'Bearer=a.b.c', 'Bearer"a"', 'a, Bearer b', 'Basic a,bearer b', ',Bearer a', 'Basic a, Bearer']) {
    t.equal(find(header), bearerMalformed, JSON.stringify(header))
  }
})

t.test('a token without a scheme was meant as one; what only looks a little like it has another meaning', async (t) => {
  for (const header of ['a.b.c', 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln', 'A-_.B-_.C-_']) t.equal(find(header), schemeMissing, header)
  for (const header of ['a', 'a.b', 'a.b.c.d', 'a..c', 'a.b.', 'a.b.c=', 'a.b.c, d.e.f', 'Token a.b.c', 'key=a.b.c']) t.equal(find(header), tokenMissing, header)
})

t.test('nothing after the scheme is the empty string, which is no token', async (t) => {
  for (const header of ['Bearer', 'bearer', 'Bearer ', 'bearer   ']) {
    t.equal(find(header), '', JSON.stringify(header))
  }
  t.notOk(isB64Token(''))
})

t.test('two Authorization lines are refused, whichever of them is good', async (t) => {
  const duplicate = failure('FST_COGNITO_REQUEST_INVALID', 'duplicate_authorization')
  t.strictSame(find('Bearer a', ['Host', 'x', 'Authorization', 'Bearer a', 'authorization', 'Bearer b']), duplicate)
  t.strictSame(find('Basic a', ['AUTHORIZATION', 'Basic a', 'Authorization', 'Bearer b']), duplicate)
})

t.test('one Authorization line among others is found, whatever their names and values', async (t) => {
  const table: ReadonlyArray<readonly string[]> = [
    ['Authorization', 'Bearer a'],
    ['__proto__', 'Authorization', 'Authorization', 'Bearer a', 'X-Note', 'authorization'],
    ['Proxy-Authorization', 'Bearer b', 'Authorization', 'Bearer a'],
    ['x-aaaaaaaaaaa', 'of the same length', 'Authorization', 'Bearer a'],
    []
  ]
  for (const rawHeaders of table) t.equal(find('Bearer a', rawHeaders), 'a', rawHeaders.join(' '))
})

t.test('a bearer token has the characters of RFC 6750 and padding only at its end', async (t) => {
  for (const token of ['a', 'a.b-c_d~e+f/g', 'YQ==', 'a.b.c']) t.ok(isB64Token(token), token)
  for (const token of ['=', '=a', 'a=b', 'a b', 'a\tb', 'a,b', 'a"', 'ä', 'a\n', 'a%2E', 'a\0']) t.notOk(isB64Token(token), JSON.stringify(token))
})
