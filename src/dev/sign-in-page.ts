/** The page on which one chooses who to be: plain HTML, no script, nothing from elsewhere. */
import type { DevUser } from './settings.js'

/** Headers of the page. There is no `form-action`: browsers would apply it to the redirect that leads back to the application. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer'
}

const style = `
  :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
  body { margin: 3rem auto; max-width: 26rem; padding: 0 1rem }
  button, input { box-sizing: border-box; font: inherit; padding: .6rem .8rem; width: 100% }
  button { cursor: pointer; margin: .25rem 0; text-align: left }
  [role=alert] { color: light-dark(#a40000, #ff9a9a) }
`

/** Writes the page. `refused` is a name that nobody here has; `hint` a name to begin with, the client's `login_hint`. */
export function signInPage (users: readonly DevUser[], clientId: string, { refused = '', hint = '' }: { readonly refused?: string, readonly hint?: string } = {}): string {
  const choices = users.map(({ username, groups }) =>
    `<button name="username" value="${escape(username)}">${escape(username)}${groups.length === 0 ? '' : ` <small>${escape(groups.join(', '))}</small>`}</button>`)
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sign in: development user pool</title>
<style>${style}</style>
<h1>Who are you?</h1>
<p>A development user pool on this machine asks for app client <code>${escape(clientId)}</code>. There are no passwords here.</p>
${refused === '' ? '' : `<p role="alert">There is no user ${escape(refused)}.</p>`}
<form method="post">${choices.join('\n')}</form>
<form method="post">
<p><label>or a name or email address <input name="username" autocomplete="username" required value="${escape(hint)}"></label></p>
<p><button>Sign in</button></p>
</form>
</html>
`
}

function escape (text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
