import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

import { newId } from '../../../ids'
import type { Log } from '../../../log'
import type { Route, RouteTable } from '../table'
import { listenAdmin } from './admin'
import { forward, type ForwardOptions } from './forward'
import { ambiguity, type Arrival } from './headers'
import { badRequestPage, rawPage, sendPage, unavailablePage, unknownHostPage } from './pages'
import { privateListeners } from './private-listeners'
import { hostOf, indexRoutes, type RouteIndex } from './route-index'
import { loadTable, saveTable } from './table-file'
import { forwardUpgrade } from './upgrade'

// The embedded ingress: a reverse proxy for HTTP/1.1 that needs neither database nor worker. It serves the last table it
// was told, also after a restart. A new table is one assignment; what is under way goes on where it was.

export type IngressOptions = { host: string; port: number; adminSocket: string; tableFile: string; log: Log; connectMs?: number; answerMs?: number }
export type RunningIngress = { port: number; close(): Promise<void> }

/** Idle connections to workloads are dropped before a Node server (5 s by default) drops them from its side. */
const IDLE_MS = 4_000
const DRAIN_MS = 10_000

/** Starts the proxy. Throws an Error with a sentence when a port or the admin socket is taken. */
export async function startIngress(options: IngressOptions): Promise<RunningIngress> {
  const { log } = options
  let index: RouteIndex = indexRoutes(await loadTable(options.tableFile, log))
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 32, timeout: IDLE_MS, scheduling: 'lifo' })
  const forwarding: ForwardOptions = { agent, connectMs: options.connectMs ?? 5_000, answerMs: options.answerMs ?? 300_000 }
  const active = new Map<string, number>()
  // A server forgets connections once they are upgraded, but does not close before they have ended.
  const upgraded = new Set<Duplex>()
  const began = Date.now()

  const serverFor = (find: (request: IncomingMessage) => Route | undefined): Server => {
    const server = createServer((request, response) => serve(request, response, find(request)))
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => upgrade(request, socket, head, find(request)))
    server.on('clientError', (_, socket) => void (socket.writable && socket.end(rawPage(badRequestPage('It is not valid HTTP.')))))
    // A long upload or a long answer is no fault; a client that never finishes its headers is.
    Object.assign(server, { requestTimeout: 0, headersTimeout: 30_000, keepAliveTimeout: 65_000, timeout: 0 })
    return server
  }
  const arrivalOf = (request: IncomingMessage): Arrival => ({ clientAddress: request.socket.remoteAddress ?? '', port: request.socket.localPort ?? options.port, requestId: newId('request') })

  const serve = (request: IncomingMessage, response: ServerResponse, route: Route | undefined) => {
    const doubt = ambiguity(request)
    if (doubt) return sendPage(request, response, badRequestPage(doubt))
    if (!route) return sendPage(request, response, unknownHostPage(hostOf(request.headers.host) ?? 'asked for'))
    if (route.targets.length === 0) return sendPage(request, response, unavailablePage(route))
    count(active, route.serviceId, 1)
    response.once('close', () => count(active, route.serviceId, -1))
    forward({ request, response, route, arrival: arrivalOf(request) }, index.turn(route), forwarding)
  }
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer, route: Route | undefined) => {
    socket.on('error', () => socket.destroy())
    const page = ambiguity(request) ? badRequestPage(ambiguity(request)!) : !route ? unknownHostPage(hostOf(request.headers.host) ?? '') : route.targets.length === 0 ? unavailablePage(route) : null
    if (page || !route) return void socket.end(rawPage(page!))
    count(active, route.serviceId, 1)
    upgraded.add(socket)
    socket.once('close', () => {
      upgraded.delete(socket)
      count(active, route.serviceId, -1)
    })
    forwardUpgrade({ request, socket, head, arrival: arrivalOf(request) }, route, index.turn(route))
  }

  const listeners = privateListeners((port) => serverFor(() => index.byPrivatePort(port)), log)
  const take = async (table: RouteTable): Promise<'taken' | 'older'> => {
    if (table.version < index.version) return 'older'
    index = indexRoutes(table)
    dropIdle(agent, table)
    await listeners.follow(portsOf(table))
    await saveTable(options.tableFile, table)
    return 'taken'
  }
  const status = () => ({ version: index.version, routes: index.routes.length, active: Object.fromEntries(active), troubles: listeners.troubles(), uptimeMs: Date.now() - began })

  const admin = await listenAdmin(options.adminSocket, { put: take, status })
  const main = serverFor((request) => index.byHost(hostOf(request.headers.host) ?? ''))
  try {
    await listen(main, options)
  } catch (error) {
    admin.close()
    throw error
  }
  await listeners.follow(portsOf({ version: index.version, routes: [...index.routes] }))
  return {
    port: (main.address() as { port: number }).port,
    async close() {
      admin.close()
      admin.closeAllConnections()
      const cut = setTimeout(() => upgraded.forEach((socket) => socket.destroy()), DRAIN_MS)
      await Promise.all([drain(main), listeners.close(drain)])
      clearTimeout(cut)
      agent.destroy()
    },
  }
}

function portsOf(table: RouteTable): number[] {
  return table.routes.flatMap((route) => route.privatePort ?? [])
}

function count(active: Map<string, number>, serviceId: string, change: number): void {
  const now = (active.get(serviceId) ?? 0) + change
  if (now > 0) active.set(serviceId, now)
  else active.delete(serviceId)
}

/** Closes pooled connections to targets the table no longer has. */
function dropIdle(agent: Agent, table: RouteTable): void {
  const wanted = new Set(table.routes.flatMap((route) => route.targets.map(({ port }) => port)))
  for (const sockets of Object.values(agent.freeSockets)) {
    for (const socket of (sockets ?? []) as Socket[]) if (!wanted.has(socket.remotePort ?? -1)) socket.destroy()
  }
}

function listen(server: Server, { host, port }: IngressOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new Error(`Port ${port} is taken by another program. Stop it, or set EASEL_INGRESS_PORT to another port.`, { cause: error }) : error),
    )
    server.listen(port, host, () => resolve())
  })
}

/** Takes no new connection, lets what is under way end, and cuts what is left after a while. */
function drain(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
    server.close(() => {
      clearTimeout(cut)
      resolve()
    })
    server.closeIdleConnections()
  })
}
