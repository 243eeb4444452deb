import { createServer } from 'node:http'

const port = Number(process.env.PORT ?? 3000)
const apiUrl = process.env.API_URL

const escape = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)

/** Asks the API; every way it can fail becomes a sentence for the page. */
async function ask() {
  if (!apiUrl) return { ok: false, text: 'API_URL is not set. Set it to ${{api.URL}} under Variables and deploy again.' }
  const began = performance.now()
  try {
    const response = await fetch(apiUrl, { signal: AbortSignal.timeout(3000), headers: { accept: 'application/json' } })
    if (!response.ok) return { ok: false, text: `The API answered ${response.status}.` }
    const body = await response.json()
    return { ok: true, text: body.message, detail: `Answer ${body.answers}, ${Math.round(performance.now() - began)} ms` }
  } catch (error) {
    return { ok: false, text: `The API at ${apiUrl} cannot be reached: ${error.cause?.code ?? error.name}.` }
  }
}

function page(answer) {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Two services</title>
<style>
  :root { color-scheme: light dark; --ink: light-dark(#17181c, #eceef2); --quiet: light-dark(#6a6f7a, #9096a3); --line: light-dark(#dfe1e7, #2e3139); --ground: light-dark(#fafafb, #121317); --card: light-dark(#fff, #1a1c21); --good: light-dark(#1b7f4b, #52c78c); --bad: light-dark(#b3382c, #f08375) }
  * { box-sizing: border-box; margin: 0 }
  body { min-height: 100vh; display: grid; place-items: center; padding: 2rem; background: var(--ground); color: var(--ink); font: 16px/1.5 ui-sans-serif, system-ui, sans-serif }
  main { width: min(34rem, 100%); display: grid; gap: 1.5rem }
  h1 { font-size: 1.5rem; font-weight: 600; letter-spacing: -.01em }
  ol { list-style: none; padding: 0; display: grid; grid-template-columns: 7rem 1fr 1.6fr; align-items: center }
  .box { border: 1px solid var(--line); border-radius: 12px; background: var(--card); padding: 1rem }
  .wire { border-top: 1.5px dashed var(--quiet) }
  .name { font-family: ui-monospace, monospace; font-size: .8rem; color: var(--quiet) }
  .ok { color: var(--good) } .failed { color: var(--bad) }
  p { color: var(--quiet) }
  @media (max-width: 30rem) { ol { grid-template-columns: 1fr } .wire { border-top: 0; border-left: 1.5px dashed var(--quiet); height: 1.5rem; margin-left: 1.5rem } }
</style>
<main>
  <h1>Two services, one drawing</h1>
  <ol>
    <li class="box"><div class="name">web</div>this page</li>
    <li class="wire" aria-hidden="true"></li>
    <li class="box"><div class="name">api</div><div id="answer" class="${answer.ok ? 'ok' : 'failed'}">${escape(answer.text)}</div>${answer.detail ? `<div class="name">${escape(answer.detail)}</div>` : ''}</li>
  </ol>
  <p>The page asks the API through the variable <code>API_URL</code>. Change <code>GREETING</code> of the API, deploy it, and reload.</p>
</main>
</html>`
}

const server = createServer(async (request, response) => {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname
  // Health is about this service alone: it stays well while the API is away.
  if (path === '/health') return response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}\n')
  if (path !== '/') return response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('There is no such page.\n')
  const answer = await ask()
  console.log(`${request.method} ${request.url} ${answer.ok ? 'api answered' : answer.text}`)
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page(answer))
})

server.listen(port, () => console.log(`Listening on port ${port}`))

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    server.close(() => process.exit(0))
    server.closeIdleConnections()
  })
}
