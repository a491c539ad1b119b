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
  :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; --line: light-dark(#d9e0e0, #2c393b); --accent: light-dark(#0b7a75, #4cc9bf) }
  body { background: light-dark(#f4f6f6, #101617); color: light-dark(#16211f, #e4eceb); margin: 0; padding: 8vh 1rem 2rem }
  main { background: light-dark(#fff, #182123); border: 1px solid var(--line); border-radius: .8rem; box-sizing: border-box; margin: auto; max-width: 26rem; padding: 1.5rem }
  h1 { font-size: 1.4rem; margin: 0 }
  small, p { color: light-dark(#566563, #9db0ae) }
  button, input { background: none; border: 1px solid var(--line); border-radius: .5rem; box-sizing: border-box; color: inherit; font: inherit; padding: .6rem .8rem; width: 100% }
  button { align-items: center; cursor: pointer; display: flex; justify-content: space-between; margin: .4rem 0; text-align: left }
  button:hover { border-color: var(--accent) }
  button:only-child { background: var(--accent); color: light-dark(#fff, #06201e); font-weight: 600; justify-content: center }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
  [role=alert] { color: light-dark(#a3222b, #ff9c9c) }
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
<main>
<h1>Who are you?</h1>
<p>A development user pool on this machine asks for app client <code>${escape(clientId)}</code>. There are no passwords here.</p>
${refused === '' ? '' : `<p role="alert">There is no user ${escape(refused)}.</p>`}
<form method="post">${choices.join('\n')}</form>
<form method="post">
<p><label>or a name or email address <input name="username" autocomplete="username" required value="${escape(hint)}"></label></p>
<p><button>Sign in</button></p>
</form>
</main>
</html>
`
}

function escape (text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
