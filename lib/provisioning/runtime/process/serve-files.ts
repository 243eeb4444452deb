import { readFileSync } from 'node:fs'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { join } from 'node:path'

import sirv from 'sirv'

/** Names that carry a hash of the content, as bundlers write them: such a file never changes. */
const HASHED = /^\/(?:_next\/static|_astro|_nuxt|_app\/immutable)\/|^\/(?:assets|static)\/.+[.-][A-Za-z0-9_-]{8,}\.\w+$/

/**
 * Serves the files of a built site: entity tags, ranges, compressed neighbours (`.gz`, `.br`), `404.html` when there is
 * one. With `fallback`, a path without a file name extension that matches nothing gets that file (single-page apps).
 */
export function serveFiles(directory: string, fallback: string | null): RequestListener {
  const notFoundPage = readPage(join(directory, '404.html'))
  const serve = sirv(directory, {
    etag: true,
    gzip: true,
    brotli: true,
    maxAge: 0,
    single: fallback ?? false,
    dotfiles: false,
    setHeaders: (response, pathname) => {
      response.setHeader('X-Content-Type-Options', 'nosniff')
      if (HASHED.test(pathname)) response.setHeader('Cache-Control', 'public,max-age=31536000,immutable')
    },
    onNoMatch: (_, response) => notFound(response, notFoundPage),
  })
  return (request, response) => {
    if (request.method === 'GET' || request.method === 'HEAD') serve(request, response)
    else methodNotAllowed(request, response)
  }
}

function readPage(file: string): Buffer | null {
  try {
    return readFileSync(file)
  } catch {
    return null
  }
}

function notFound(response: ServerResponse, page: Buffer | null): void {
  const body = page ?? Buffer.from('Not found.\n')
  const type = page ? 'text/html;charset=utf-8' : 'text/plain;charset=utf-8'
  response.writeHead(404, { 'Content-Type': type, 'Content-Length': body.length, 'Cache-Control': 'no-cache' })
  response.end(body)
}

function methodNotAllowed(request: IncomingMessage, response: ServerResponse): void {
  request.resume()
  response.writeHead(405, { Allow: 'GET, HEAD', 'Content-Type': 'text/plain;charset=utf-8' })
  response.end('This is a static site: only GET and HEAD are answered.\n')
}
