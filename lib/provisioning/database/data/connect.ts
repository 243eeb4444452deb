import { connect, type Socket } from 'node:net'

import { AppError, isAppError } from '../../../errors'
import { ENGINES } from '../../../domain/engine/engines'
import type { Login } from './explorer'

const CONNECT_MS = 5_000
/** What one answer may bring over the wire, so that no cell of a gigabyte fills our memory. */
const MOST_BYTES = 48 * 1024 * 1024

/** A connection that ends with the signal, and when more comes than anybody could look at. */
export async function openSocket({ engine, host, port }: Login, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted()
  const socket = connect({ host, port, noDelay: true })
  const word = ENGINES[engine].word
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => socket.destroy(new AppError('unavailable', `${word} did not answer at ${host}:${port} within ${CONNECT_MS / 1000} seconds. Look whether it is well, and try again.`)), CONNECT_MS)
    const settle = (then: () => void) => () => {
      clearTimeout(late)
      then()
    }
    socket.once('connect', settle(resolve))
    socket.once('error', (cause) => settle(() => reject(isAppError(cause) ? cause : new AppError('unavailable', `${word} cannot be reached at ${host}:${port}: ${cause.message}. Look whether it is well, and try again.`, { cause })))())
  })
  bound(socket, signal)
  return socket
}

function bound(socket: Socket, signal: AbortSignal): void {
  const push = socket.push.bind(socket)
  let came = 0
  // Before it is kept for whoever reads: a client of a database reads a row to its end.
  socket.push = (chunk: Buffer | null, encoding?: BufferEncoding) => {
    came += chunk?.length ?? 0
    if (came <= MOST_BYTES) return push(chunk, encoding)
    socket.destroy(new AppError('limit_exceeded', `The answer was larger than ${MOST_BYTES / 1024 / 1024} MB. Ask for fewer rows, or for shorter columns.`))
    return false
  }
  const end = () => socket.destroy(signal.reason instanceof Error ? signal.reason : undefined)
  signal.addEventListener('abort', end, { once: true })
  socket.once('close', () => signal.removeEventListener('abort', end))
  socket.on('error', () => undefined)
}

/** What the password was refused with. */
export function refusedPassword(word: string): AppError {
  return new AppError('not_now', `${word} refuses the user or the password that its deployment has in its variables. They were changed inside of the database, or the variables were changed without it: set them to what the database knows, and deploy.`)
}

/** Whatever happened while a database was asked, as a sentence. `told`: what the engine's own errors mean; undefined for others. */
export async function inWords<T>(login: Login, signal: AbortSignal, work: { ask(socket: Socket): Promise<T>; told(cause: unknown): AppError | undefined }): Promise<T> {
  const socket = await openSocket(login, signal)
  try {
    return await work.ask(socket)
  } catch (cause) {
    if (isAppError(cause)) throw cause
    const fault = socket.errored
    if (isAppError(fault)) throw fault
    if (signal.aborted) throw new AppError('not_now', 'The database took too long, so its answer was not waited for. Ask for less, or try again.')
    throw work.told(cause) ?? new AppError('unavailable', `The connection to ${ENGINES[login.engine].word} broke off. Look whether it is well, and try again.`, { cause })
  } finally {
    socket.destroy()
  }
}
