/** Addresses that are fetched or opened, and so must not be read or changed on the way. */
import { optionInvalid, text } from './checks.js'

/** An http or https URL without credentials, as it was written; `expected` says what else it should be. */
export function readAddress (value: unknown, path: string, expected: string): string {
  const address = value instanceof URL ? value.href : text(path, value, expected, (href) => URL.canParse(href))
  const { protocol, username, password } = new URL(address)
  if (username !== '' || password !== '') throw optionInvalid(path, `${expected}, without credentials`, 'a URL with credentials')
  if (protocol !== 'https:' && protocol !== 'http:') throw optionInvalid(path, expected, address)
  return address
}

/** Tells an address that nobody on the way can falsify. */
export function isSafe ({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || isLoopback(hostname)
}

/** Tells whether a value is an https URL, or an http URL on a loopback host. */
export function isSecureAddress (value: string): boolean {
  if (!URL.canParse(value)) return false
  const url = new URL(value)
  return ['https:', 'http:'].includes(url.protocol) && isSafe(url)
}

// The whole of 127.0.0.0/8 is loopback; the URL parser has already normalised every other spelling of an IPv4 address.
function isLoopback (hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}
