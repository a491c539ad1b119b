/** How a Bearer challenge is written (RFC 6750 §3). */

/** Writes a challenge with these parameters in this order; those without a value are left out. */
export function bearerChallenge (parameters: Readonly<Record<string, string>>): string {
  const written = Object.entries(parameters).filter(([, value]) => value !== '').map(([name, value]) => `${name}="${value}"`)
  return `Bearer ${written.join(', ')}`
}
