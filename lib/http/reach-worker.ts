import { readdir } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'

const CONNECT_MS = 3_000

/** The first worker that answers; those that died have left files behind. */
export async function reachWorker(directory: string): Promise<Socket> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sock'))
  for (const name of names) {
    const socket = await reach(join(directory, name))
    if (socket) return socket
  }
  throw new Error(`None of ${names.length} workers answers.`)
}

function reach(path: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect(path)
    const fail = () => {
      socket.destroy()
      resolve(null)
    }
    const timer = setTimeout(fail, CONNECT_MS)
    socket.once('error', fail)
    socket.once('connect', () => {
      clearTimeout(timer)
      socket.off('error', fail)
      resolve(socket)
    })
  })
}
