import { createServer, request as sendRequest, type ClientRequest, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

import type { Challenge, Ingress, Route, Site, SiteRules, Traffic } from '../table'

// What the suites of an ingress play with: proxies, workloads and clients, all ended after each test.

export type Subject = { ingress: Ingress; port: number; httpsPort: number; /** Ends it and starts it again on the same files. */ restart(): Promise<Subject>; close(): Promise<void> }
/**
 * What a proxy that was not written here does otherwise; the cases are about what matters all the same. `own_reading`: of what RFC 9112
 * lets a server choose, it reads some requests in one way instead of refusing them. `half_duplex`: over HTTP/1.1 it answers only when it has read
 * the body. `one_by_one`: of requests sent in one go it takes one after the other. `own_proofs`: shows no certificates of TLS-ALPN-01 but its own.
 * `reloads`: with another certificate, open connections end as soon as nothing is under way there. `patient`: it lets those go on who send useless frames.
 */
export type Limit = 'own_reading' | 'half_duplex' | 'one_by_one' | 'own_proofs' | 'reloads' | 'patient'
export type Limits = readonly Limit[]
export type Setting = { trustedProxies?: readonly string[] }
export type Start = (setting?: Setting) => Promise<Subject>
export type Answer = { status: number; headers: IncomingHttpHeaders; rawHeaders: string[]; body: string }

export const never = new AbortController().signal
const cleanups: (() => Promise<void> | void)[] = []

/** To be done when the test is over, in reverse order. */
export function afterwards(cleanup: () => Promise<void> | void): void {
  cleanups.push(cleanup)
}

export async function cleanUp(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
}

export type Target = Route['targets'][number]

/** A workload on a free port. */
export async function workload(listener: RequestListener, deploymentId = 'dep_a'): Promise<{ port: number; server: Server; target: Target }> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  afterwards(() => void (server.closeAllConnections(), server.close()))
  const { port } = server.address() as { port: number }
  return { port, server, target: { host: '127.0.0.1', port, deploymentId } }
}

export function route(part: Partial<Route>): Route {
  return { serviceId: 'svc_a', name: 'a', hosts: ['a.localhost'], privatePort: null, targets: [], unavailable: null, hold: null, ...part }
}

const NO_RULES: SiteRules = { forceHttps: false, hsts: null, redirectTo: null, redirects: [], headers: [], allow: [], deny: [], basicAuth: [], maintenance: null, maxBodyBytes: null, answerMs: null, rateLimit: null }

/** A host name somebody brought that leads to `svc_a`. */
export function site(part: Partial<Omit<Site, 'rules' | 'paths'>> & { rules?: Partial<SiteRules>; paths?: Partial<Site['paths'][number]>[] }): Site {
  const { rules, paths = [{}], ...rest } = part
  return { domainId: 'dom_a', host: 'shop.example', certificateId: null, ...rest, rules: { ...NO_RULES, ...rules }, paths: paths.map((path) => ({ prefix: '/', serviceId: 'svc_a', port: null, isStripped: false, ...path })) }
}

export type Ask = { host?: string; method?: string; path?: string; headers?: Record<string, string>; body?: string; accept?: string }

export function ask(port: number, { host = 'a.localhost', method = 'GET', path = '/', headers = {}, body, accept }: Ask = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = sendRequest({ host: '127.0.0.1', port, method, path, agent: false, headers: { host, ...(accept ? { accept } : {}), ...headers } }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.once('end', () => resolve({ status: response.statusCode!, headers: response.headers, rawHeaders: response.rawHeaders, body: text }))
      response.once('error', reject)
    })
    request.once('error', reject)
    request.end(body)
  })
}

/** Sends bytes as they are and resolves with everything that comes back until the connection ends, or says nothing for so long. */
export function raw(port: number, text: string, { quietMs = 5_000 } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, '127.0.0.1', () => socket.write(text, 'latin1'))
    let answer = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk))
    socket.once('close', () => resolve(answer))
    socket.once('error', reject)
    socket.setTimeout(quietMs, () => socket.destroy())
  })
}

export type Stage = Subject & { /** The last sites stay, and routes with other sites. */ publish(...routes: Route[]): Promise<void>; publishSites(sites: Site[], challenges?: Challenge[]): Promise<void>; traffic(): Promise<Traffic> }
let version = 0

/** A running proxy, ended after the test. Every table it is told is newer than those before. */
export async function begin(start: Start, setting: Setting = {}): Promise<Stage> {
  const subject = await start(setting)
  afterwards(() => subject.close())
  let table: { routes: Route[]; sites?: Site[]; challenges?: Challenge[] } = { routes: [] }
  const tell = (changes: Partial<typeof table>) => subject.ingress.publish({ version: ++version, ...(table = { ...table, ...changes }) }, never)
  return {
    ...subject,
    publish: (...routes) => tell({ routes }),
    publishSites: (sites, challenges = []) => tell({ sites, challenges }),
    traffic: () => subject.ingress.traffic(never),
  }
}

export function nextVersion(): number {
  return ++version
}

/** Resolves with the first value that satisfies; what is looked at changes soon or the test fails by its timeout. */
export async function until<T>(look: () => T | Promise<T>, satisfies: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await look()
    if (satisfies(value)) return value
    await sleep(5)
  }
}

/** A promise and the function that fulfils it. */
export function moment<T = void>(): { come: Promise<T>; let(value: T): void } {
  let fulfil: (value: T) => void = () => {}
  const come = new Promise<T>((resolve) => (fulfil = resolve))
  return { come, let: (value) => fulfil(value) }
}

/** A request that has been sent, and what comes back as far as it has come. */
export function sent(port: number, { method = 'GET', path = '/', headers = {}, host = 'a.localhost' }: Ask = {}): { request: ClientRequest; status: Promise<number>; ended: Promise<string>; heard(): string } {
  const status = moment<number>()
  const ended = moment<string>()
  let text = ''
  const request = sendRequest({ host: '127.0.0.1', port, method, path, agent: false, headers: { host, ...headers } }, (response) => {
    status.let(response.statusCode!)
    response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    response.on('error', () => {})
    response.once('close', () => ended.let(response.complete ? 'whole' : 'broken'))
  })
  request.on('error', () => ended.let('broken'))
  afterwards(() => void request.destroy())
  return { request, status: status.come, ended: ended.come, heard: () => text }
}

/** An upgraded connection through the proxy, and the head of the answer. */
export function upgraded(port: number, host = 'a.localhost'): { socket: Promise<Socket>; request: ClientRequest } {
  const opened = moment<Socket>()
  const request = sendRequest({ host: '127.0.0.1', port, headers: { host, connection: 'Upgrade', upgrade: 'websocket' } })
  request.once('upgrade', (_, socket, head) => {
    socket.on('error', () => {})
    socket.unshift(head)
    afterwards(() => void socket.destroy())
    opened.let(socket as Socket)
  })
  request.on('error', () => {}).end()
  afterwards(() => void request.destroy())
  return { socket: opened.come, request }
}

/** A workload that accepts every upgrade and says everything back, after its name. */
export async function chatter(name: string, deploymentId = 'dep_a'): ReturnType<typeof workload> {
  const made = await workload((_, response) => void response.end(name), deploymentId)
  made.server.on('upgrade', (request, socket: Socket) => {
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${request.headers.upgrade}\r\n\r\n`)
    socket.on('data', (chunk) => socket.write(`${name}: ${chunk}`))
    socket.on('end', () => socket.end()).on('error', () => {})
    afterwards(() => void socket.destroy())
  })
  return made
}

/** What the connection says next. */
export function said(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    const onClose = () => reject(new Error('The connection ended.'))
    socket.once('close', onClose)
    socket.once('data', (chunk) => {
      socket.off('close', onClose)
      resolve(String(chunk))
    })
  })
}
