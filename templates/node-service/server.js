import { createServer } from 'node:http'
import { hostname } from 'node:os'

const port = Number(process.env.PORT ?? 3000)
const startedAt = Date.now()
let requests = 0

const facts = () => ({
  service: process.env.SERVICE_NAME ?? 'node-service',
  node: process.version,
  host: hostname(),
  pid: process.pid,
  requests,
  uptimeSeconds: Math.round((Date.now() - startedAt) / 1000),
})

const escape = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)

function page() {
  const rows = Object.entries(facts())
    .map(([name, value]) => `<div><dt>${escape(name)}</dt><dd>${escape(value)}</dd></div>`)
    .join('')
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Node service</title>
<style>
  :root { color-scheme: light dark; --ink: light-dark(#17181c, #eceef2); --quiet: light-dark(#6a6f7a, #9096a3); --line: light-dark(#e3e5ea, #2b2e36); --ground: light-dark(#fafafb, #121317) }
  * { box-sizing: border-box; margin: 0 }
  body { min-height: 100vh; display: grid; place-items: center; padding: 2rem; background: var(--ground); color: var(--ink); font: 16px/1.5 ui-sans-serif, system-ui, sans-serif }
  main { width: min(30rem, 100%) }
  h1 { font-size: 1.5rem; font-weight: 600; letter-spacing: -.01em }
  p { color: var(--quiet); margin: .25rem 0 1.5rem }
  dl { border: 1px solid var(--line); border-radius: 12px; overflow: hidden }
  dl div { display: flex; justify-content: space-between; gap: 1rem; padding: .65rem 1rem }
  dl div + div { border-top: 1px solid var(--line) }
  dt { color: var(--quiet) }
  dd { font-family: ui-monospace, monospace; font-variant-numeric: tabular-nums }
  a { color: inherit }
</style>
<main>
  <h1>It runs.</h1>
  <p>This page comes from <code>server.js</code>. Ask with <code>Accept: application/json</code> for the same as JSON, or look at <a href="/health">/health</a>.</p>
  <dl>${rows}</dl>
</main>
</html>`
}

const server = createServer((request, response) => {
  const began = performance.now()
  requests++
  response.on('close', () => {
    console.log(`${request.method} ${request.url} ${response.statusCode} ${(performance.now() - began).toFixed(1)}ms`)
  })
  const path = new URL(request.url ?? '/', 'http://localhost').pathname
  const json = (status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body) + '\n')

  if (path === '/health') return json(200, { ok: true, uptimeSeconds: facts().uptimeSeconds })
  if (path !== '/') return json(404, { error: 'not_found', path })
  if (!(request.headers.accept ?? '').includes('text/html')) return json(200, facts())
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page())
})

server.listen(port, () => console.log(`Listening on port ${port}`))

// Finish what is being answered, then leave; idle keep-alive connections are not waited for.
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    console.log(`${signal}: finishing open requests`)
    server.close(() => process.exit(0))
    server.closeIdleConnections()
  })
}
