/** Text that somebody else wrote, as a log or a terminal may show it. */

// Control and format characters, unassigned ones, lone surrogates, line and paragraph separators, and what is drawn as nothing.
const hidden = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/**
 * Escapes what a terminal might obey or hide: C0 and C1 controls, bidirectional and zero-width characters, line and
 * paragraph separators. The form of the escapes, `\u009b`, is that of JSON, so that JSON text stays the same JSON.
 *
 * Does NOT quote: what can be read is left as it is.
 *
 * @see Unicode Standard Annex #44, General_Category and Default_Ignorable_Code_Point
 */
export function escapeHidden (text: string): string {
  return text.replace(hidden, (character) =>
    Array.from({ length: character.length }, (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''))
}
