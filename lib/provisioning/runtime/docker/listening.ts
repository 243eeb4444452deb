import { readFileSync } from 'node:fs'

const LISTEN = '0A'
const LOOPBACK = /^(?:[0-9A-F]{6}7F|00000000000000000000000001000000|0000000000000000FFFF0000[0-9A-F]{6}7F)$/
/** The name server that the engine puts into each container. */
const ENGINE_DNS = /^0B00007F$/

export type Listening = { /** In ascending order. */ ports: number[]; /** Of these, the ones that are open to the container alone. */ loopbackOnly: number[] }

/** What is listened on in the network of a process of this machine; nothing where it cannot be seen. */
export function listeningIn(pid: number): Listening {
  const sockets = pid > 0 ? ['tcp', 'tcp6'].flatMap((file) => parseSockets(readOrEmpty(`/proc/${pid}/net/${file}`))) : []
  const ports = [...new Set(sockets.map(({ port }) => port))].sort((a, b) => a - b)
  return { ports, loopbackOnly: ports.filter((port) => sockets.every((socket) => socket.port !== port || socket.loopback)) }
}

/** Listening sockets in a text such as /proc/net/tcp. */
export function parseSockets(text: string): { port: number; loopback: boolean }[] {
  return text.split('\n').slice(1).flatMap((line) => {
    const [, local = '', , state] = line.trim().split(/\s+/)
    const [address = '', port = ''] = local.split(':')
    return state === LISTEN && !ENGINE_DNS.test(address) ? [{ port: Number.parseInt(port, 16), loopback: LOOPBACK.test(address) }] : []
  })
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
