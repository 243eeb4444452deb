// Entry point of the program that serves a static site inside an image of ours. It runs on import:
//
//   node serve.mjs <folder> [<fallback file>]
//
// It is bundled with all it needs, because an image has none of our packages. The runtime says by PORT and HOST where to
// listen.

import { statSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

import { serveFiles } from './serve-files'

const DEFAULT_PORT = 8080
/** React Router and Angular name the page for unknown paths differently when they also render the first page ahead. */
const PRERENDERED = ['__spa-fallback.html', 'index.csr.html']

const [directory = '', fallback] = process.argv.slice(2)
const isFile = (name: string) => statSync(join(directory, name), { throwIfNoEntry: false })?.isFile() ?? false
const page = fallback === undefined ? undefined : (fallback === 'index.html' ? [...PRERENDERED, fallback] : [fallback]).find(isFile)

const port = Number(process.env.PORT) || DEFAULT_PORT
const server = createServer(serveFiles(directory, page ?? null))
server.on('error', (error) => {
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
})
server.listen(port, process.env.HOST || '0.0.0.0', () => process.stdout.write(`Serving files on port ${port}\n`))

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    server.close(() => process.exit(0))
    server.closeIdleConnections()
  })
}
