import type { Socket } from 'node:net'
import type { Server } from 'node:tls'

// A handshake costs a millisecond of the one thread that everything else runs on, and anybody may ask for one. So a few begin in one
// turn of the event loop, and requests have theirs in between; and of those that are never finished so many are kept, the newest.

export type Pace = { /** Handshakes that begin in one turn. */ perTurn: number; /** Connections that shake hands, or wait to. */ most: number }
const PACE: Pace = { perTurn: 8, most: 4_096 }

/** To be called before anybody else listens to the server's connections. */
export function paceHandshakes(server: Server, { perTurn, most }: Pace = PACE): void {
  const [shake] = server.listeners('connection') as [(socket: Socket) => void]
  server.removeAllListeners('connection')
  const unfinished = new Map<string, Socket>()
  const waiting = new Set<Socket>()
  let isMoving = false

  const move = () => {
    let begun = 0
    for (const socket of waiting) {
      if (begun++ === perTurn) break
      waiting.delete(socket)
      socket.off('error', ignore)
      shake.call(server, socket)
    }
    isMoving = waiting.size > 0
    if (isMoving) setImmediate(move)
  }
  server.on('connection', (socket: Socket) => {
    const key = keyOf(socket)
    socket.on('error', ignore)
    socket.once('close', () => {
      waiting.delete(socket)
      if (unfinished.get(key) === socket) unfinished.delete(key)
    })
    unfinished.set(key, socket)
    waiting.add(socket)
    const [oldest] = unfinished.size > most ? unfinished.values() : []
    oldest?.destroy()
    if (isMoving) return
    isMoving = true
    setImmediate(move)
  })
  server.on('secureConnection', (socket) => void unfinished.delete(keyOf(socket)))
}

/** A connection is known by its other end, before and after it is secure. */
function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}

function ignore(): void {}
