import { WebSocket } from 'ws'

import { TerminalHears, type TerminalSays } from '../contract/terminal'
import { CallError } from './client'

// A terminal of a service in the terminal of a person: keys go there raw, bytes come back as they are, the window's size is
// followed, and the program's exit code becomes ours. Also without a terminal here: what is piped in is typed.

/** The part of `process` that it takes. */
export type Console = {
  stdin: NodeJS.ReadableStream & { isTTY?: boolean; setRawMode?(isRaw: boolean): unknown }
  stdout: NodeJS.WritableStream & { isTTY?: boolean; columns?: number; rows?: number }
  /** Tells the person something that the program did not print. */
  tell(text: string): void
}

/** Ctrl+]: ends the terminal from here, also when the program does not listen any more. */
const LEAVE = 0x1d
const END_OF_INPUT = Buffer.from([0x04])
/** A worker takes frames up to 1 MiB. */
const MOST_TYPED_BYTES = 256 * 1024
/** More than this waits where it is typed from. */
const MOST_UNSENT_BYTES = 1024 * 1024
const UNKNOWN_CODE = 1

export type Opening = { /** Address of the WebSocket. */ url: string; ticket: string }

/** Opens the terminal and stays until it ends. Resolves to the exit code of what ran there, or 1 when that is not known. */
export async function runTerminal({ url, ticket }: Opening, console: Console): Promise<number> {
  const { stdin, stdout, tell } = console
  const socket = new WebSocket(url.replace(/^http/, 'ws'))
  await connected(socket, url)
  const say = (what: TerminalSays) => void (socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(what)))
  let code: number | null = null
  let stopTyping = () => {}
  const onResize = () => say({ type: 'resize', ...sizeOf(stdout) })
  const over = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    // What was printed counts as seen once it is out: a pipe that is not read holds the program back.
    if (isBinary) return void stdout.write(data, () => say({ type: 'seen', bytes: data.length }))
    const heard = TerminalHears.parse(JSON.parse(data.toString()))
    if (heard.type === 'opened') stopTyping = typeInto(socket, stdin)
    else if (heard.type === 'exit') code = heard.code ?? UNKNOWN_CODE
    else {
      code = UNKNOWN_CODE
      tell(heard.message)
    }
  })
  stdout.on('resize', onResize)
  say({ type: 'open', ticket, ...sizeOf(stdout) })
  await over
  stdout.off('resize', onResize)
  stopTyping()
  if (code === null) tell('The terminal was closed. What ran in it has been ended.')
  return code ?? UNKNOWN_CODE
}

async function connected(socket: WebSocket, url: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.on('error', (cause) => reject(new CallError(`No terminal could be opened at ${url} (${cause.message}).`, 0)))
  })
}

/** Sends what is typed until it is told to stop; then the terminal here is as it was. */
function typeInto(socket: WebSocket, stdin: Console['stdin']): () => void {
  const isRaw = stdin.isTTY === true
  const onData = (typed: Buffer) => {
    const leave = isRaw ? typed.indexOf(LEAVE) : -1
    const bytes = leave === -1 ? typed : typed.subarray(0, leave)
    for (let at = 0; at < bytes.length; at += MOST_TYPED_BYTES) socket.send(bytes.subarray(at, at + MOST_TYPED_BYTES), () => void (socket.bufferedAmount <= MOST_UNSENT_BYTES && stdin.resume()))
    if (socket.bufferedAmount > MOST_UNSENT_BYTES) stdin.pause()
    if (leave !== -1) socket.close()
  }
  // A program that reads to the end of its input would wait for ever.
  const onEnd = () => void (socket.readyState === WebSocket.OPEN && socket.send(END_OF_INPUT))
  const onSignal = () => socket.close()
  if (isRaw) stdin.setRawMode?.(true)
  stdin.on('data', onData).once('end', onEnd)
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.once(signal, onSignal)
  stdin.resume()
  return () => {
    stdin.off('data', onData).off('end', onEnd)
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.off(signal, onSignal)
    if (isRaw) stdin.setRawMode?.(false)
    stdin.pause()
  }
}

/** Of the window; where there is none, that of an ordinary one. */
function sizeOf({ columns, rows }: Console['stdout']): { columns: number; rows: number } {
  return { columns: Math.max(columns || 80, 2), rows: rows || 24 }
}
