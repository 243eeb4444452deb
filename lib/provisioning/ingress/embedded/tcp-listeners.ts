import { connect, createServer, type Server, type Socket } from 'node:net'

import type { Log } from '../../../log'
import type { TcpRoute } from '../table'
import { addressList, type AddressList } from './address-list'

// Ports on which databases are reached from outside, for those who may. Bytes are carried as they are. A route that goes, or that
// lets somebody in no more, cuts their connections: to close an access means that it is closed.

export type TcpListeners = {
  follow(routes: readonly TcpRoute[]): Promise<void>
  /** Ports that could not be had, with the reason. */
  troubles(): Record<number, string>
  close(): Promise<void>
}

export type TcpOptions = { host: string; connectMs: number; /** Connections that one route carries at once. */ most?: number; log: Log }

const MOST = 500

type Gate = { server: Server; route: TcpRoute; guests: AddressList; open: Set<Socket> }

export function tcpListeners({ host, connectMs, most = MOST, log }: TcpOptions): TcpListeners {
  const gates = new Map<number, Gate>()
  const troubles = new Map<number, string>()

  const welcome = (gate: Gate, visitor: Socket) => {
    const target = gate.route.targets[0]
    if (!isGuest(gate, visitor) || target === undefined || gate.open.size >= most) return visitor.destroy()
    gate.open.add(visitor)
    const server = connect({ host: target.host, port: target.port, timeout: connectMs })
    const end = () => {
      gate.open.delete(visitor)
      visitor.destroy()
      server.destroy()
    }
    server.once('timeout', end).once('connect', () => server.setTimeout(0))
    for (const [from, to] of [[visitor, server], [server, visitor]] as const) {
      from.on('error', end).once('close', end).setNoDelay(true).setKeepAlive(true, 60_000)
      from.pipe(to)
    }
  }

  const start = async (route: TcpRoute) => {
    const server = createServer()
    const gate: Gate = { server, route, guests: addressList(route.allow), open: new Set() }
    server.on('connection', (visitor) => welcome(gate, visitor))
    const failure = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
      server.once('error', resolve)
      server.listen({ host, port: route.port }, () => resolve(null))
    })
    if (failure === null) {
      // One that could not be let in is no reason to end.
      server.on('error', (cause) => log.warn({ port: route.port, cause }, 'a connection could not be taken'))
      gates.set(route.port, gate)
      troubles.delete(route.port)
      return
    }
    if (!troubles.has(route.port)) log.warn({ port: route.port, code: failure.code }, 'public port is taken by another program')
    troubles.set(route.port, failure.code ?? failure.message)
  }

  const shut = (port: number, { server, open }: Gate) => {
    gates.delete(port)
    server.close()
    for (const visitor of open) visitor.destroy()
  }

  return {
    async follow(routes) {
      const wanted = new Map(routes.map((route) => [route.port, route]))
      for (const [port, gate] of gates) {
        const route = wanted.get(port)
        // Another database on the same port is another gate.
        if (route?.serviceId !== gate.route.serviceId) shut(port, gate)
        else {
          Object.assign(gate, { route, guests: addressList(route.allow) })
          for (const visitor of gate.open) if (!isGuest(gate, visitor)) visitor.destroy()
        }
      }
      for (const port of troubles.keys()) if (!wanted.has(port)) troubles.delete(port)
      await Promise.all(routes.filter(({ port }) => !gates.has(port)).map(start))
    },
    troubles: () => Object.fromEntries(troubles),
    async close() {
      for (const [port, gate] of gates) shut(port, gate)
    },
  }
}

function isGuest({ guests }: Gate, { remoteAddress = '' }: Socket): boolean {
  return guests.has(remoteAddress)
}
