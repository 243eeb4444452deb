import type { Server } from 'node:http'
import { setImmediate as turn } from 'node:timers/promises'

import type { Log } from '../../../log'

/** Loopback ports on which services reach each other; they follow the table. */
export type PrivateListeners = {
  follow(ports: number[]): Promise<void>
  /** Ports that could not be had, with the reason. */
  troubles(): Record<number, string>
  close(drain: (server: Server) => Promise<void>): Promise<void>
}

/** So many are opened before others have their turn. */
const AT_ONCE = 20

/** One server per private port. A port that somebody else has is told, tried again with the next table, and stops nothing. */
export function privateListeners(make: (port: number) => Server, log: Log): PrivateListeners {
  const open = new Map<number, Server>()
  const troubles = new Map<number, string>()

  const start = async (port: number) => {
    const server = make(port)
    const failure = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
      server.once('error', resolve)
      server.listen(port, '127.0.0.1', () => resolve(null))
    })
    if (failure === null) {
      open.set(port, server)
      troubles.delete(port)
      return
    }
    if (!troubles.has(port)) log.warn({ port, code: failure.code }, 'private port is taken by another program')
    troubles.set(port, failure.code ?? failure.message)
  }
  return {
    async follow(ports) {
      const wanted = new Set(ports)
      for (const [port, server] of open) {
        if (wanted.has(port)) continue
        open.delete(port)
        server.close()
        server.closeIdleConnections()
      }
      for (const port of troubles.keys()) if (!wanted.has(port)) troubles.delete(port)
      const missing = [...wanted].filter((port) => !open.has(port))
      for (let i = 0; i < missing.length; i += AT_ONCE) {
        await Promise.all(missing.slice(i, i + AT_ONCE).map(start))
        await turn()
      }
    },
    troubles: () => Object.fromEntries(troubles),
    async close(drain) {
      await Promise.all([...open.values()].map(drain))
      open.clear()
    },
  }
}
