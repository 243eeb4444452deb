// Entry point of the process that serves one static site. It runs on import:
//
//   node dist/static-server.mjs <folder> <port> [<fallback file>]
//
// The build bundles this file to dist/static-server.mjs; the process runtime starts it like any other program. It
// listens on 127.0.0.1 only, because the proxy is what faces the network.

import { statSync } from 'node:fs'
import { createServer } from 'node:http'

import { serveFiles } from './serve-files'

const [directory = '', port = '', fallback] = process.argv.slice(2)

if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
  process.stderr.write(`The folder of the site, ${directory}, is not there. Deploy again.\n`)
  process.exit(1)
}

const server = createServer(serveFiles(directory, fallback ?? null))
server.on('error', (error) => {
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
})
server.listen(Number(port), '127.0.0.1', () => process.stdout.write(`Serving files on port ${port}\n`))

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    server.close(() => process.exit(0))
    server.closeIdleConnections()
  })
}
