import type { IncomingMessage, ServerResponse } from 'node:http'

import type { Route } from '../table'
import { once } from './once'
import { breakOff, headerLines, writeHead } from './write-head'
import type { HoldingRoute } from './route-index'

/** What the proxy itself has to say, when no workload can. */
export type Page = { status: number; title: string; text: string; /** Seconds after which to look again. */ retryS: number | null; /** Besides those that every page has; a flat list. */ headers?: readonly string[] }

const UNAVAILABLE: Record<NonNullable<Route['unavailable']>, (name: string) => Page> = {
  not_deployed: (name) => ({ status: 503, title: `${name} is not deployed yet`, text: 'It is drawn on the canvas but has never run. Open it in Easel and press Deploy.', retryS: null }),
  deploying: (name) => ({ status: 503, title: `${name} is being deployed`, text: 'This page looks again by itself and shows the service as soon as it answers.', retryS: 2 }),
  stopped: (name) => ({ status: 503, title: `${name} is stopped`, text: 'Someone stopped it. Start it in Easel to serve again.', retryS: null }),
  failed: (name) => ({ status: 503, title: `${name} could not be deployed`, text: 'Its last deployment failed and there is no earlier version. Easel shows the reason.', retryS: null }),
  crashing: (name) => ({ status: 503, title: `${name} keeps crashing`, text: 'It exits again and again and is started again with growing pauses. Its log in Easel says why.', retryS: 5 }),
  exited: (name) => ({ status: 503, title: `${name} has ended`, text: 'It ran to its end, and its restart policy leaves it so. Start or deploy it in Easel to run it again.', retryS: null }),
  cron: (name) => ({ status: 503, title: `${name} runs by the clock`, text: 'It starts at the times of its schedule and answers no requests. Easel shows its runs.', retryS: null }),
}

export function unavailablePage(route: Route): Page {
  return UNAVAILABLE[route.unavailable ?? 'deploying'](route.name)
}

/** For somebody whose time in the holding room is over. */
export function heldPage({ name, hold }: HoldingRoute): Page {
  const waited = inSeconds(hold.forMs)
  if (hold.reason === 'sleeping') return { status: 503, title: `${name} is still waking up`, text: `It was asleep, and after ${waited} it does not answer yet. Ask again in a moment; if it stays so, its log in Easel says why.`, retryS: 5 }
  return { status: 503, title: `${name} is changing to another version`, text: `One version has to end before the next one starts, and after ${waited} the next one is not ready yet. Ask again in a moment.`, retryS: 5 }
}

/** For somebody who finds the holding room full. */
export function crowdedPage({ name, hold }: HoldingRoute): Page {
  const why = hold.reason === 'sleeping' ? 'It is waking up' : 'It is changing to another version'
  return { status: 503, title: `Too many wait for ${name}`, text: `${why}, and no more requests can be kept until it answers. Ask again in a moment.`, retryS: 5 }
}

function inSeconds(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000))
  return seconds === 1 ? '1 second' : `${seconds} seconds`
}

export function unknownHostPage(host: string): Page {
  return { status: 404, title: 'Nothing is here', text: `No service has the address ${host}. It may have been deleted, or the address has a typing error.`, retryS: null }
}

export function badRequestPage(text: string): Page {
  return { status: 400, title: 'The request cannot be understood', text, retryS: null }
}

/** For a host that the connection was not opened for: RFC 9110, 15.5.20. */
export function misdirectedPage(host: string): Page {
  return { status: 421, title: 'This is not the place to ask', text: `The connection was opened for another name than ${host}, with another certificate. Ask over one of its own.`, retryS: null }
}

export function refusedPage(name: string): Page {
  return { status: 502, title: `${name} does not answer`, text: 'It is running but refused the connection. It may be starting again, or listen on another port than PORT.', retryS: 2 }
}

export function brokenPage(name: string): Page {
  return { status: 502, title: `${name} broke off`, text: 'It took the request and closed the connection without an answer. Its log in Easel may say why.', retryS: null }
}

export function timeoutPage(name: string, seconds: number): Page {
  return { status: 504, title: `${name} took too long`, text: `There was no answer within ${seconds === 1 ? 'a second' : `${seconds} seconds`}.`, retryS: null }
}

/** `awaitsContinue`: the client sends its body only when told to. */
type Asked = { request: IncomingMessage; response: ServerResponse; awaitsContinue?: boolean; /** Headers as the site wants them. */ dress?: Dress }
/** What becomes of the headers of an answer; a flat list. */
export type Dress = (headers: readonly string[]) => string[]

/** How long a client may go on sending what nobody will read. */
const LINGER_MS = 10_000

/** Answers with a page in the form the client prefers: HTML for browsers, a problem for programs, text for others. Gives the size of its body. */
export function sendPage({ request, response, awaitsContinue = false, dress = asIs }: Asked, page: Page): number {
  if (response.headersSent) {
    breakOff(response)
    return 0
  }
  const { type, body } = render(page, request.headers.accept ?? '*/*')
  const headers = ['content-type', type, 'content-length', String(Buffer.byteLength(body)), 'cache-control', 'no-store', 'x-content-type-options', 'nosniff', ...(page.headers ?? [])]
  const retry = retryAfter(page)
  if (retry !== null) headers.push('retry-after', String(retry))
  const dressed = dress(headers)
  // Whether the body comes after all, only the client knows.
  if (awaitsContinue) dressed.push('connection', 'close')
  writeHead(response, page.status, dressed)
  if (request.method === 'HEAD') response.flushHeaders()
  else response.write(body)
  if (awaitsContinue) response.end()
  else afterBody(request, () => response.end())
  return request.method === 'HEAD' ? 0 : Buffer.byteLength(body)
}

/** Reads what is left of a body and drops it: a connection closed on unread bytes would take the answer with it. */
function afterBody(request: IncomingMessage, done: () => void): void {
  if (request.readableEnded || request.destroyed) return done()
  const timer = setTimeout(() => request.destroy(), LINGER_MS)
  const end = once(() => {
    clearTimeout(timer)
    done()
  })
  // A stream of HTTP/2 closes only when both sides have ended.
  request.once('end', end).once('close', end)
  request.resume()
}

const asIs: Dress = (headers) => [...headers]

/** The same answer for a connection that asked to be upgraded. */
export function rawPage(page: Page, dress = asIs): string {
  const body = `${page.title}. ${page.text}\n`
  const retry = retryAfter(page) === null ? [] : ['Retry-After', String(retryAfter(page))]
  const headers = dress([...retry, ...(page.headers ?? []), 'Content-Type', 'text/plain; charset=utf-8', 'Content-Length', String(Buffer.byteLength(body))])
  return `HTTP/1.1 ${page.status} ${page.title.replace(/[^\x20-\x7e]/g, '?')}\r\n${headerLines(headers)}Connection: close\r\n\r\n${body}`
}

function retryAfter(page: Page): number | null {
  return page.retryS ?? (page.status === 503 ? 30 : null)
}

function render(page: Page, accept: string): { type: string; body: string } {
  if (accept.includes('text/html')) return { type: 'text/html; charset=utf-8', body: html(page) }
  if (accept.includes('json')) return { type: 'application/problem+json', body: JSON.stringify({ type: 'about:blank', title: page.title, status: page.status, detail: page.text }) }
  return { type: 'text/plain; charset=utf-8', body: `${page.title}. ${page.text}\n` }
}

function html({ status, title, text, retryS }: Page): string {
  const refresh = retryS === null ? '' : `<meta http-equiv="refresh" content="${retryS}">`
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">${refresh}<title>${escape(title)}</title><style>
:root{color-scheme:light dark;--ground:oklch(0.975 0.003 260);--surface:#fff;--line:rgb(0 0 0/.1);--text:oklch(0.25 0.01 260);--quiet:oklch(0.5 0.01 260)}
@media(prefers-color-scheme:dark){:root{--ground:oklch(0.16 0.006 260);--surface:oklch(0.19 0.006 260);--line:rgb(255 255 255/.1);--text:oklch(0.93 0.005 260);--quiet:oklch(0.68 0.01 260)}}
*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;padding:24px;background:var(--ground);color:var(--text);font:15px/1.55 ui-sans-serif,system-ui,sans-serif}
main{max-width:460px;width:100%;padding:28px 32px;background:var(--surface);border:1px solid var(--line);border-radius:14px}
h1{margin:0 0 8px;font-size:19px;line-height:1.35;font-weight:550;overflow-wrap:anywhere}p{margin:0;color:var(--quiet);overflow-wrap:anywhere}
small{display:block;margin-top:20px;padding-top:14px;border-top:1px solid var(--line);color:var(--quiet);font:12px/16px ui-monospace,monospace}
</style></head><body><main><h1>${escape(title)}</h1><p>${escape(text)}</p><small>${status} · Easel</small></main></body></html>`
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
}
