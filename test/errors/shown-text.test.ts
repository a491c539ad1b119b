import t from 'tap'
import { CognitoAuthSetupError } from '../../src/index.js'
import { tokenInvalid } from '../../src/errors/failure.js'
import { escapeHidden } from '../../src/errors/shown-text.js'

const hidden: ReadonlyArray<readonly [text: string, escaped: string, says: string]> = [
  ['\0', '\\u0000', 'NUL'], ['\t', '\\u0009', 'a tab'], ['\n', '\\u000a', 'a line break'], ['\r', '\\u000d', 'a carriage return'],
  ['\u001b[31m', '\\u001b[31m', 'ESC'], ['\u007f', '\\u007f', 'DEL'], ['\u0085', '\\u0085', 'the next line of C1'], ['\u009b2J', '\\u009b2J', 'the CSI of C1'],
  ['\u00ad', '\\u00ad', 'a soft hyphen'], ['\u200b', '\\u200b', 'a space of no width'], ['\u200d', '\\u200d', 'a joiner'], ['\u202e', '\\u202e', 'an override of direction'],
  ['\u2066', '\\u2066', 'an isolate'], ['\u2028', '\\u2028', 'a line separator'], ['\u2029', '\\u2029', 'a paragraph separator'], ['\ufeff', '\\ufeff', 'a byte order mark'],
  ['\u3164', '\\u3164', 'a letter that is drawn as nothing'], ['\ufe0f', '\\ufe0f', 'a variation selector'], ['\ud800', '\\ud800', 'half a character'],
  ['\ue000', '\\ue000', 'a private character'], ['\u{e0041}', '\\udb40\\udc41', 'a tag']
]

t.test('escapes what a terminal would obey or hide, in the form of JSON', async (t) => {
  for (const [text, escaped, says] of hidden) {
    t.equal(escapeHidden(`a${text}b`), `a${escaped}b`, says)
    t.equal(JSON.parse(escapeHidden(JSON.stringify(text))), text, `${says}: the same JSON`)
  }
})

t.test('leaves what can be read', async (t) => {
  for (const text of ['', 'https://a.example/b?c=d', 'Großhändler', '管理者', '😀', 'a b', '\\u009b', '"', 'עברית']) t.equal(escapeHidden(text), text)
})

t.test('what a token says instead is escaped where it is noted, after it was cut', async (t) => {
  for (const [text, escaped, says] of hidden) t.equal(tokenInvalid('issuer', ['a'], text).actual, escaped, says)
  t.equal(tokenInvalid('issuer', ['a'], '\u202e'.repeat(1000)).actual, '\\u202e'.repeat(128))
  t.equal(tokenInvalid('issuer', ['a'], `${'x'.repeat(127)}😀`).actual, `${'x'.repeat(127)}\\ud83d`, 'a character cut in two')
})

t.test('what stops a start is one line of what can be read, whatever it names', async (t) => {
  for (const [text, escaped, says] of hidden) {
    t.equal(new CognitoAuthSetupError('FST_COGNITO_OPTIONS_INVALID', `option "${text}"`).message, `option "${escaped}"`, says)
  }
})
