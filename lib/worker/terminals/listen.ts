import { chmod, mkdir, readdir, rm } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'

import { WebSocketServer, type RawData, type WebSocket } from 'ws'

import { hashToken } from '../../auth/opaque-token'
import { TERMINAL_PATH, type TerminalHears, type TerminalSays } from '../../contract/terminal'
import type { Db } from '../../db/connection'
import { mayStay, redeem, type Ticket } from '../../db/queries/engine/terminals'
import { AppError, isAppError } from '../../errors'
import type { Log } from '../../log'
import type { RuntimeDriver, Terminal } from '../../provisioning/runtime/driver'
import { closeWith, runSession, understand, type Session, type SessionTimes } from './session'

// Where browsers reach terminals: a socket file that only the same user can open. The web process carries connections to
// it byte for byte. Whoever connects shows a ticket first; of several workers any may be asked, and one gets the ticket.

export type TerminalOptions = {
  /** Folder of the socket files of all workers. */
  directory: string
  db: Db
  now(): Date
  /** The driver of what an environment runs on; null when the environment is gone. */
  driverOf(environmentId: string): Promise<RuntimeDriver | null>
  log: Log
  times?: SessionTimes
  most?: { sessions: number; ofOnePerson: number }
  /** What is asked at the same socket file and is no terminal. */
  onRequest?: RequestListener
}

export type TerminalServer = {
  path: string
  /** How many are open. */
  count(): number
  /** Ends all of them with a sentence; resolves when their programs are told to go. */
  close(): Promise<void>
}

const TIMES: SessionTimes = { idleMs: 60 * 60_000, pingMs: 20_000 }
const MOST = { sessions: 100, ofOnePerson: 10 }
/** How long a connection may wait before it shows its ticket, and how many may. */
const SHOW_MS = 10_000
const MOST_WAITING = 100
const OPEN_MS = 20_000
const MOST_FRAME_BYTES = 1024 * 1024

type Opening = Extract<TerminalSays, { type: 'open' }>
type Room = TerminalOptions & { open: Map<Session, string>; times: SessionTimes; most: typeof MOST; closing: AbortController }

/** Serves terminals until it is closed. */
export async function listenTerminals(options: TerminalOptions): Promise<TerminalServer> {
  const room: Room = { ...options, open: new Map(), times: options.times ?? TIMES, most: options.most ?? MOST, closing: new AbortController() }
  await mkdir(options.directory, { recursive: true, mode: 0o700 })
  await removeDeadSockets(options.directory)
  const path = join(options.directory, `${process.pid}.sock`)
  await rm(path, { force: true })

  const sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_FRAME_BYTES, perMessageDeflate: false })
  // Content may be long on its way; whoever takes it ends what stands still.
  const server = createServer({ requestTimeout: 0 }, options.onRequest ?? ((_, response) => void response.writeHead(404).end()))
  server.on('upgrade', (request, socket, head) => {
    if (request.url?.split('?')[0] !== TERMINAL_PATH) return void socket.destroy()
    sockets.handleUpgrade(request, socket, head, (webSocket) => welcome(room, sockets, webSocket))
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve))
  await chmod(path, 0o600)
  return {
    path,
    count: () => room.open.size,
    async close() {
      room.closing.abort()
      server.close()
      const open = [...room.open.keys()]
      for (const session of open) session.end('Easel is being restarted. Open the terminal again in a moment.')
      await Promise.all(open.map((session) => session.over))
      for (const client of sockets.clients) client.terminate()
      await rm(path, { force: true })
    },
  }
}

/** The first frame is the ticket. */
function welcome(room: Room, sockets: WebSocketServer, socket: WebSocket): void {
  socket.on('error', () => socket.terminate())
  if (sockets.clients.size - room.open.size > MOST_WAITING) return refuse(socket, 'Too many terminals are being opened at the same time. Try again in a moment.')
  const late = setTimeout(() => refuse(socket, 'No ticket was shown in time. Open the terminal again.'), SHOW_MS)
  socket.once('close', () => clearTimeout(late))
  socket.once('message', (data: RawData, isBinary: boolean) => {
    clearTimeout(late)
    const said = isBinary ? null : understand(data)
    if (said?.type !== 'open') return refuse(socket, 'The first thing to show is a ticket. Reload the page.')
    begin(room, socket, said).catch((cause: unknown) => {
      if (!isAppError(cause)) room.log.error({ cause }, 'a terminal could not be opened')
      refuse(socket, isAppError(cause) ? cause.message : 'The terminal could not be opened. The log of the worker says why.')
    })
  })
}

async function begin(room: Room, socket: WebSocket, said: Opening): Promise<void> {
  const ticket = await redeem(room.db, hashToken(said.ticket), room.now())
  if (!ticket) throw new AppError('forbidden', 'This ticket was used already or has expired. Open the terminal again.')
  demandRoom(room, ticket)
  if (!(await mayStay(room.db, ticket, room.now()))) throw new AppError('forbidden', 'Your sign-in has ended, or your role does not include terminals any more.')
  const terminal = await openTerminal(room, ticket, said)
  // Whoever left meanwhile leaves no program behind.
  if (socket.readyState !== socket.OPEN || room.closing.signal.aborted) return terminal.close()
  say(socket, { type: 'opened' })
  const session = runSession(socket, terminal, { times: room.times, mayStay: () => mayStay(room.db, ticket, room.now()), log: room.log })
  room.open.set(session, ticket.userId)
  await session.over
  room.open.delete(session)
}

function demandRoom({ open, most }: Room, { userId }: Ticket): void {
  if (open.size >= most.sessions) throw new AppError('limit_exceeded', `${most.sessions} terminals are open on this instance, which is as many as there may be. Close one first.`)
  const own = [...open.values()].filter((id) => id === userId).length
  if (own >= most.ofOnePerson) throw new AppError('limit_exceeded', `You have ${own} terminals open, which is as many as one person may have. Close one first.`)
}

async function openTerminal({ driverOf, closing }: Room, ticket: Ticket, { columns, rows }: Opening): Promise<Terminal> {
  const driver = await driverOf(ticket.environmentId)
  if (!driver?.terminal) throw new AppError('not_now', 'What this service runs on takes no terminals.')
  const ref = { name: ticket.workload, environmentId: ticket.environmentId, serviceId: ticket.serviceId, deploymentId: ticket.deploymentId }
  return driver.terminal(ref, { argv: ticket.argv, columns, rows }, AbortSignal.any([closing.signal, AbortSignal.timeout(OPEN_MS)]))
}

function say(socket: WebSocket, what: TerminalHears): void {
  socket.send(JSON.stringify(what))
}

function refuse(socket: WebSocket, message: string): void {
  closeWith(socket, { type: 'ended', message })
}

/** Files of workers that died; nobody answers there. */
async function removeDeadSockets(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const path = join(directory, name)
    const answers = await new Promise<boolean>((resolve) => {
      const probe = connect(path)
      probe.once('connect', () => resolve(true)).once('error', () => resolve(false)).once('connect', () => probe.destroy())
    })
    if (!answers) await rm(path, { force: true })
  }
}
