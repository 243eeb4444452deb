import { readdir, readFile, readlink } from 'node:fs/promises'
import type { Socket } from 'node:net'

// Who calls a private port. Every service is told the same address, so a connection does not say whose it is; but both its ends are
// on this machine, where the system knows which process has the other one, and the environment of that process says which service
// it is. The look takes longer than many a connection lasts, and is taken beside the requests, never before them: who calls over
// connections that are kept is known, who makes a new one for every request often is not, and is said to be unknown.
// Systems without /proc know nobody.

export type Callers = {
  /** A connection has come in. */
  meet(socket: Socket): void
  /** The id of the service at its other end; empty where that is not known, or not yet. */
  of(socket: Socket): string
  close(): void
}

/** Looks follow each other at least so far apart, whatever comes in. */
const PAUSE_MS = 100
/** Which process is of which service is looked up anew so often. */
const PROCESSES_MS = 2_000
/** Connections that wait for a look. */
const MOST_WAITING = 500
const TCP_ESTABLISHED = '01'

/** What a system says; replaced in tests. */
export type System = {
  /** Lines of /proc/net/tcp. */
  connections(): Promise<string[]>
  processes(): Promise<string[]>
  /** The service of a process; empty for others. */
  serviceOf(pid: string): Promise<string>
  /** Inodes of the sockets that it has open. */
  socketsOf(pid: string): Promise<string[]>
}

export function processCallers(system: System = linux, now: () => number = () => performance.now()): Callers {
  const known = new WeakMap<Socket, string>()
  let waiting = new Set<Socket>()
  let processes: { at: number; services: Map<string, string> } | null = null
  let timer: NodeJS.Timeout | null = null
  let isClosed = false

  const servicesNow = async () => {
    if (processes && now() - processes.at < PROCESSES_MS) return processes.services
    const services = new Map<string, string>()
    for (const pid of await system.processes()) {
      const serviceId = await system.serviceOf(pid)
      if (serviceId !== '') services.set(pid, serviceId)
    }
    processes = { at: now(), services }
    return services
  }
  const look = async () => {
    const asked = waiting
    waiting = new Set()
    const inodes = inodesOf(await system.connections(), [...asked])
    if (inodes.size === 0) return
    for (const [pid, serviceId] of await servicesNow()) {
      for (const inode of await system.socketsOf(pid)) {
        const socket = inodes.get(inode)
        if (!socket) continue
        known.set(socket, serviceId)
        inodes.delete(inode)
      }
      if (inodes.size === 0) return
    }
  }
  const later = (ms: number) => {
    timer ??= setTimeout(() => {
      void look()
        .catch(() => {})
        .finally(() => {
          timer = null
          if (waiting.size > 0 && !isClosed) later(PAUSE_MS)
        })
    }, ms).unref()
  }
  return {
    meet(socket) {
      if (isClosed || waiting.size >= MOST_WAITING) return
      waiting.add(socket)
      socket.once('close', () => waiting.delete(socket))
      later(0)
    },
    of: (socket) => known.get(socket) ?? '',
    close() {
      isClosed = true
      waiting.clear()
      if (timer) clearTimeout(timer)
    },
  }
}

/** The other ends of these connections, by inode. */
function inodesOf(lines: readonly string[], sockets: readonly Socket[]): Map<string, Socket> {
  const byEnds = new Map(sockets.map((socket) => [`${socket.remotePort} ${socket.localPort}`, socket]))
  const found = new Map<string, Socket>()
  for (const line of lines) {
    const [, local = '', remote = '', state, , , , , , inode = '0'] = line.trim().split(/\s+/)
    const socket = state === TCP_ESTABLISHED && inode !== '0' ? byEnds.get(`${portOf(local)} ${portOf(remote)}`) : undefined
    if (socket) found.set(inode, socket)
  }
  return found
}

/** `0100007F:1F90` is 127.0.0.1:8080. */
function portOf(end: string): number {
  return Number.parseInt(end.slice(end.indexOf(':') + 1), 16)
}

const orNothing = <T>(reading: Promise<T>, nothing: T) => reading.catch(() => nothing)

const linux: System = {
  // Whoever connects to an address of IPv4 may do so from a socket of IPv6.
  connections: async () => (await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map((file) => orNothing(readFile(file, 'latin1'), '')))).flatMap((text) => text.split('\n')),
  processes: async () => (await orNothing(readdir('/proc'), [])).filter((name) => /^\d+$/.test(name)),
  serviceOf: async (pid) => /(?:^|\0)EASEL_SERVICE_ID=([^\0]+)/.exec(await orNothing(readFile(`/proc/${pid}/environ`, 'latin1'), ''))?.[1] ?? '',
  async socketsOf(pid) {
    const names = await orNothing(readdir(`/proc/${pid}/fd`), [])
    const links = await Promise.all(names.map((name) => orNothing(readlink(`/proc/${pid}/fd/${name}`), '')))
    return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? [])
  },
}
