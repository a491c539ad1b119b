/** A browser as far as a sign-in needs one: it keeps cookies and follows redirects until they leave the pool. */
export interface Browser {
  /** Opens an address; the answer is the one at which the redirects end or leave the origin. */
  open (address: string | URL, form?: Readonly<Record<string, string>>): Promise<Page>
}

export interface Page {
  readonly status: number
  readonly url: URL
  readonly text: string
  readonly headers: Headers
}

const mostRedirects = 10

export function createBrowser (origin: string): Browser {
  const cookies = new Map<string, string>()

  async function request (url: URL, form: Readonly<Record<string, string>> | undefined): Promise<Response> {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ') },
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) })
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    return response
  }

  return {
    async open (address, form) {
      let url = new URL(address)
      let body = form
      for (let redirects = 0; redirects < mostRedirects; redirects++) {
        const response = await request(url, body)
        const location = response.headers.get('location')
        const page = { status: response.status, text: await response.text(), headers: response.headers }
        if (location === null) return { ...page, url }
        url = new URL(location, url)
        body = undefined
        if (url.origin !== origin) return { ...page, url }
      }
      throw new Error(`more than ${mostRedirects} redirects, the last to ${url.href}`)
    }
  }
}
