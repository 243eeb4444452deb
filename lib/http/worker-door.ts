import { request, type IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'

import { z } from 'zod'

import { AppError, ERROR_CODES } from '../errors'
import { log } from '../log'
import type { WorkerDoor } from '../operations/context'
import { reachWorker } from './reach-worker'

// Files of volumes and the data of databases are the worker's: it alone touches machines. An operation asks it here, and content is carried past.

/** As the worker reads it. */
const ORDER_HEADER = 'x-easel-order'

/** `directory`: where workers have their sockets. */
export function workerDoor(directory: string): WorkerDoor {
  return {
    async ask(ticket, signal) {
      const answer = await sendOrder(directory, { ticket, signal })
      return JSON.parse(await readAll(answer)) as unknown
    },
    async askData(order, signal) {
      // In the body: a statement may be longer than a header.
      const answer = await sendOrder(directory, { ticket: '', signal, path: '/data', content: { body: Readable.from([Buffer.from(order)]), length: String(Buffer.byteLength(order)) } })
      return JSON.parse(await readAll(answer)) as unknown
    },
  }
}

type Sending = { ticket: string; signal: AbortSignal; /** What it is about; files when absent. */ path?: '/data' | '/uploads'; content?: { body: Readable; length: string | null } }

/** Sends an order, with content where it takes some. The answer, when it is no refusal; throws what the worker refuses with. */
export async function sendOrder(directory: string, { ticket, signal, path, content }: Sending): Promise<IncomingMessage> {
  const socket = await reachWorker(directory).catch((cause: unknown) => {
    log.warn({ cause }, 'no worker could be reached')
    throw new AppError('unavailable', 'No worker answers now. Try again in a moment.')
  })
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = { host: 'worker', [ORDER_HEADER]: ticket, connection: 'close', ...(content && content.length !== null ? { 'content-length': content.length } : {}) }
    const sent = request({ createConnection: () => socket, method: content ? 'PUT' : 'POST', path: path ?? '/files', headers, signal })
    sent.once('response', resolve).once('error', reject)
    if (!content) return void sent.end()
    // A refusal may come before all is sent; then the rest of it is of no use.
    content.body.once('error', (cause) => sent.destroy(cause))
    content.body.pipe(sent)
  }).catch((cause: unknown) => {
    signal.throwIfAborted()
    throw new AppError('unavailable', 'The connection to the worker broke off. Try again in a moment.', { cause })
  })
  if (answer.statusCode === 200) return answer
  throw refusal(await readAll(answer))
}

const Refusal = z.object({ code: z.enum(ERROR_CODES), message: z.string(), status: z.number().optional() })

function refusal(text: string): AppError {
  try {
    const { code, message, status } = Refusal.parse(JSON.parse(text))
    return new AppError(code, message, status === undefined ? {} : { status })
  } catch (cause) {
    return new AppError('unavailable', 'The worker gave an answer that is not understood. Try again in a moment.', { cause })
  }
}

async function readAll(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
