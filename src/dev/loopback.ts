/** What is on this machine alone. */

const loopbackHosts = ['localhost', '127.0.0.1', '[::1]']

/** Tells whether an address is http or https on a loopback host. */
export function isLoopback (address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, hostname } = new URL(address)
  return (protocol === 'http:' || protocol === 'https:') && loopbackHosts.includes(hostname)
}

/**
 * Tells whether a `Host` header names this machine. A page of the internet can have its own name resolve to
 * 127.0.0.1 and would then read what the pool answers ("DNS rebinding"); its requests carry that name.
 */
export function isLoopbackHost (host: string | undefined): boolean {
  return host !== undefined && isLoopback(`http://${host}/`)
}
