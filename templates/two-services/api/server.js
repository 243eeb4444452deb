import { createServer } from 'node:http'

const port = Number(process.env.PORT ?? 4000)
const greeting = process.env.GREETING ?? 'Hello'
let answers = 0

const server = createServer((request, response) => {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname
  const json = (status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body) + '\n')

  if (path === '/health') return json(200, { ok: true })
  if (path !== '/') return json(404, { error: 'not_found', path })
  answers++
  console.log(`answer ${answers}`)
  json(200, { message: greeting, answers, at: new Date().toISOString() })
})

server.listen(port, () => console.log(`Listening on port ${port}`))

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    server.close(() => process.exit(0))
    server.closeIdleConnections()
  })
}
