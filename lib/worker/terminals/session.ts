import type { RawData, WebSocket } from 'ws'

import { TerminalSays, UNSEEN_BYTES, type TerminalHears } from '../../contract/terminal'
import type { Log } from '../../log'
import type { Terminal } from '../../provisioning/runtime/driver'

// One terminal between a browser and a program. Neither side can fill our memory: what the program prints is read only as
// far as the browser says that it has shown, and what the browser sends is read only as far as the program takes it. It
// ends once, for one reason, and then nothing is left of it: neither the socket nor the program.

export type SessionTimes = {
  /** Without a key for so long it ends. */
  idleMs: number
  /** How often a sign of life is asked for, and whether the person may still be there. One that is missed ends it. */
  pingMs: number
}

export type Session = {
  /** Ends it, with a sentence for the person. */
  end(message: string): void
  /** Resolves when it has ended and the program is told to go. */
  over: Promise<void>
}

type Ending = Extract<TerminalHears, { type: 'exit' | 'ended' }>
export type SessionOptions = { times: SessionTimes; mayStay(): Promise<boolean>; log: Log }

/** What the program has not taken; a paste beyond it waits in the browser. */
const MOST_UNTAKEN_BYTES = 1024 * 1024
const DEAF = 'The program takes nothing of what is typed any more, so the terminal was closed.'
const NORMAL_CLOSURE = 1000
/** How long the other side may take to answer the closing of the socket. */
const CLOSE_MS = 3_000

/** Carries bytes both ways until one side ends or it may not go on. */
export function runSession(socket: WebSocket, terminal: Terminal, { times, mayStay, log }: SessionOptions): Session {
  let isOver = false
  let resolveOver = () => {}
  const over = new Promise<void>((resolve) => (resolveOver = resolve))
  const output = carryOutput(socket, terminal)
  const finish = (ending: Ending | null) => {
    if (isOver) return
    isOver = true
    life.stop()
    terminal.close()
    if (ending !== null) closeWith(socket, ending)
    else socket.terminate()
    resolveOver()
  }
  const life = watchLife(socket, { times, mayStay, end: finish, log })
  socket.on('message', (data: RawData, isBinary: boolean) => {
    if (isOver) return
    if (isBinary) {
      life.touch()
      takeInput(socket, terminal, data as Buffer)
      return
    }
    const said = understand(data)
    if (said?.type === 'seen') output.seen(said.bytes)
    else if (said?.type === 'resize') terminal.resize({ columns: said.columns, rows: said.rows }).catch((cause: unknown) => log.debug({ cause }, 'a terminal could not be resized'))
    else finish({ type: 'ended', message: 'The browser said something that no terminal understands. Reload the page.' })
  })
  socket.once('close', () => finish(null))
  socket.on('error', () => finish(null))
  terminal.input.on('error', () => undefined)
  whenProgramEnds(terminal, output.drained).then(
    (code) => finish({ type: 'exit', code }),
    (cause: unknown) => {
      log.warn({ cause }, 'a terminal broke off')
      finish({ type: 'ended', message: 'The connection to the program broke off. Open the terminal again.' })
    },
  )
  return { end: (message) => finish({ type: 'ended', message }), over }
}

/** Tells why it ends and closes; whoever does not answer is cut. */
export function closeWith(socket: WebSocket, ending: Ending): void {
  const firm = setTimeout(() => socket.terminate(), CLOSE_MS)
  socket.once('close', () => clearTimeout(firm))
  // A socket that is not read would never hear the answer.
  socket.resume()
  socket.send(JSON.stringify(ending), () => socket.close(NORMAL_CLOSURE))
}

/** A text frame as what it means; null when it means nothing. */
export function understand(data: RawData): TerminalSays | null {
  try {
    return TerminalSays.safeParse(JSON.parse((data as Buffer).toString('utf8'))).data ?? null
  } catch {
    return null
  }
}

type Output = { seen(bytes: number): void; /** Resolves when all has been sent; rejects when it broke. */ drained: Promise<void> }

/** Sends what the program prints, as far as the browser has shown what came before. */
function carryOutput(socket: WebSocket, { output }: Terminal): Output {
  let unseen = 0
  const pump = () => {
    while (unseen < UNSEEN_BYTES && socket.readyState === socket.OPEN) {
      const chunk = output.read() as Buffer | null
      if (chunk === null) return
      unseen += chunk.length
      socket.send(chunk, { binary: true })
    }
  }
  const drained = new Promise<void>((resolve, reject) => {
    output.once('end', resolve)
    output.once('error', reject)
    output.once('close', () => (output.readableEnded ? resolve() : reject(new Error('The output was closed before its end.'))))
  })
  output.on('readable', pump)
  return {
    seen(bytes) {
      unseen = Math.max(0, unseen - bytes)
      pump()
    },
    drained,
  }
}

/** Hands on what a person typed. While the program takes none of it, the browser is not read. */
function takeInput(socket: WebSocket, { input }: Terminal, data: Buffer): void {
  if (input.destroyed || input.writableEnded) return
  input.write(data)
  if (input.writableLength < MOST_UNTAKEN_BYTES || socket.isPaused) return
  socket.pause()
  input.once('drain', () => socket.resume())
}

async function whenProgramEnds(terminal: Terminal, drained: Promise<void>): Promise<number | null> {
  await drained
  return terminal.ended
}

type Life = { touch(): void; stop(): void }

/** Asks for signs of life, and whether the person may still be there; ends what nobody uses. */
function watchLife(socket: WebSocket, { times, mayStay, end, log }: { times: SessionTimes; mayStay(): Promise<boolean>; end(ending: Ending | null): void; log: Log }): Life {
  let missed = 0
  let idle = setTimeout(() => {}, 0)
  const touch = () => {
    clearTimeout(idle)
    idle = setTimeout(() => end({ type: 'ended', message: `No key was pressed for ${inWords(times.idleMs)}, so the terminal was closed. Open it again when you need it.` }), times.idleMs)
  }
  socket.on('pong', () => (missed = 0))
  const beat = setInterval(() => {
    // Whoever is not read because the program takes nothing cannot answer either.
    if (++missed > 2) return end(socket.isPaused ? { type: 'ended', message: DEAF } : null)
    socket.ping()
    mayStay().then(
      (may) => may || end({ type: 'ended', message: 'Your sign-in has ended, or your role does not include terminals any more.' }),
      // A database that is away for a moment ends nobody's work.
      (cause: unknown) => log.warn({ cause }, 'whether a person may stay in a terminal could not be found out'),
    )
  }, times.pingMs)
  touch()
  return {
    touch,
    stop() {
      clearTimeout(idle)
      clearInterval(beat)
    },
  }
}

function inWords(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  return minutes === 1 ? 'a minute' : minutes < 1 ? `${Math.round(ms / 1000)} seconds` : `${minutes} minutes`
}
