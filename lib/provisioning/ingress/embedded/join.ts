import type { Socket } from 'node:net'

/** A client that has ended and whose workload does not end as well would keep both open for ever. */
const HALF_OPEN_MS = 5_000
/** How long a reader may stand still before what is left for it is given up. */
const STALLED_MS = 30_000
/** How long a side that has been told everything may take to close. */
const LINGER_MS = 5_000

/** Carries bytes both ways until both sides have ended. What one side sent before it closed still reaches the other. */
export function join(client: Socket, remote: Socket): void {
  for (const [from, to] of [
    [client, remote],
    [remote, client],
  ] as const) {
    from.pipe(to)
    from.on('error', () => {})
    from.once('close', () => part(to))
  }
  client.once('end', () => {
    for (const side of [client, remote]) side.setTimeout(HALF_OPEN_MS, () => side.destroy())
  })
}

/** Says the last words on a connection and closes it when the other side has had time to read them. */
export function part(socket: Socket, words = ''): void {
  if (socket.destroyed) return
  socket.setTimeout(STALLED_MS, () => socket.destroy())
  if (!socket.writableEnded) socket.end(words)
  // A connection closed on unread bytes would take the words with it.
  socket.unpipe()
  socket.resume()
  const linger = () => {
    const timer = setTimeout(() => socket.destroy(), LINGER_MS)
    socket.once('close', () => clearTimeout(timer))
  }
  if (socket.writableFinished) linger()
  else socket.once('finish', linger)
}
