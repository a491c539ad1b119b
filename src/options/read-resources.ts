/** The protected resources that an application publishes, checked. */
import { isSecureAddress, readAddress } from './address.js'
import { members, optionInvalid, text, texts } from './checks.js'
import type { ResourceSettings } from './settings.js'

const names = ['resource', 'scopes', 'name', 'documentation', 'authorizationServers', 'mirror']
const wellKnown = '/.well-known/oauth-protected-resource'

// Segments that no router, proxy or challenge reads in another way than this: no escapes, no parameters, no dots alone.
const pathForm = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)*$/
const secure = 'an https URL, or an http URL on a loopback host'
const scopeForm = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** Checks the option `resourceMetadata`: one resource or several, each with a path of its own. */
export function readResources (value: unknown, pools: number): readonly ResourceSettings[] | null {
  if (value === undefined) return null
  const isSeveral = Array.isArray(value)
  if (isSeveral && value.length === 0) throw optionInvalid('resourceMetadata', 'an object or a non-empty array of these', value)
  // `Array.from` and not `map`: a hole in the array must be looked at too.
  const resources = Array.from(isSeveral ? value : [value], (one: unknown, index) => readResource(one, isSeveral ? `resourceMetadata[${index}]` : 'resourceMetadata'))
  for (const [index, { path, isMirrored, origin, resource }] of resources.entries()) {
    const at = `resourceMetadata[${index}]`
    if (resources.findIndex((other) => other.path === path) < index) throw optionInvalid(`${at}.resource`, 'each path once', resource)
    if (!isMirrored) continue
    // The mirror is one document with one issuer.
    if (pools > 1) throw optionInvalid(isSeveral ? `${at}.mirror` : 'resourceMetadata.mirror', 'no mirror where there are several user pools, since it stands for one', true)
    const other = resources.find((one) => one.isMirrored && one.origin !== origin)
    if (other !== undefined) throw optionInvalid(`${at}.mirror`, `mirrors of one origin, such as ${origin}`, other.origin)
  }
  return Object.freeze(resources)
}

function readResource (value: unknown, at: string): ResourceSettings {
  const given = members(at, value, names)
  const resource = text(`${at}.resource`, given.resource, 'an https URL, or an http URL on localhost, with a path of plain segments or none, and without a slash at the end of a path, query and fragment', isResource)
  const { origin, pathname } = new URL(resource)
  const path = pathname === '/' ? '' : pathname
  const metadataPath = wellKnown + path
  return Object.freeze({
    resource,
    origin,
    path,
    metadataPath,
    metadataUrl: origin + metadataPath,
    scopes: readList(`${at}.scopes`, given.scopes, 'a scope (RFC 6749 §3.3)', (scope) => scopeForm.test(scope)) ?? Object.freeze([]),
    name: given.name === undefined ? null : text(`${at}.name`, given.name, 'a non-empty string', (name) => name !== ''),
    documentation: given.documentation === undefined ? null : readPublished(`${at}.documentation`, given.documentation, secure, isSecureAddress),
    authorizationServers: readServers(`${at}.authorizationServers`, given.authorizationServers),
    isMirrored: readMirror(`${at}.mirror`, given.mirror)
  })
}

function readList (at: string, value: unknown, expected: string, accepts: (value: string) => boolean): readonly string[] | null {
  if (value === undefined) return null
  if (!Array.isArray(value)) throw optionInvalid(at, 'a non-empty array', value)
  return Object.freeze(texts(at, value, expected, accepts))
}

/** Anybody may read it, so it is nothing with a password in it. */
function readPublished (at: string, value: unknown, expected: string, accepts: (value: string) => boolean): string {
  return text(at, readAddress(value, at, expected), expected, accepts)
}

function readServers (at: string, value: unknown): readonly string[] | null {
  // An issuer has neither query nor fragment (RFC 8414 §2).
  const servers = readList(at, value, `${secure}, without query and fragment`, (address) => isSecureAddress(address) && !/[?#]/.test(address))
  return servers === null ? null : Object.freeze(servers.map((address, index) => readPublished(`${at}[${index}]`, address, secure, isSecureAddress)))
}

function readMirror (at: string, value: unknown = false): boolean {
  if (typeof value === 'boolean') return value
  throw optionInvalid(at, 'true or false', value)
}

/** Tells whether a value can be the identifier of a resource: it is published as it is, so it must be in its one form already. */
function isResource (value: string): boolean {
  if (!URL.canParse(value)) return false
  const { protocol, hostname, origin, pathname } = new URL(value)
  // Cognito takes http for localhost by that name alone.
  if (protocol !== 'https:' && !(protocol === 'http:' && hostname === 'localhost')) return false
  return value === origin || value === `${origin}/` || (value === origin + pathname && pathForm.test(pathname))
}
