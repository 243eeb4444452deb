import { randomBytes } from 'node:crypto'

/** Files of a build, which caches keep for ever, and answers for programs. Neither is a page. */
const NO_PAGE = /^\/(_next\/static|api|health)\//

/** Whether what answers here may be a page, whose scripts and connections are restricted. */
export function isPage(url: string | undefined): boolean {
  return !NO_PAGE.test(url ?? '/')
}

/** A value that nobody can guess; every answer has one of its own. */
export function newNonce(): string {
  return randomBytes(16).toString('base64')
}

/**
 * What a page may load and whom it may talk to: the console itself, and no script that this answer did not name.
 *
 * Scripts: those with the nonce, and what they load in turn. In development React makes its error stacks with `eval`.
 * Styles: the console's own files, and `<style>` elements with the nonce. Attributes are allowed: React Flow and we ourselves
 * place things by them, and a server has no other way to write where a node stands. An attribute can load nothing and
 * selects nothing. In development styles come without a nonce.
 * Workers: a file of the console, in which the layout of a canvas is computed.
 * Connections: `'self'` includes WebSockets of the same host and port, which is where terminals are.
 */
export function pagePolicy(nonce: string, isDev: boolean): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDev ? " 'unsafe-eval'" : ''}`,
    isDev ? "style-src 'self' 'unsafe-inline'" : `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "frame-src 'none'",
    "worker-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}
