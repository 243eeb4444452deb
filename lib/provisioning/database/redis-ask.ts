import { connect } from 'node:net'

import { respClient, type Reply as Told } from './resp'

/** What is answered, with texts as they are written. */
export type Reply = string | number | null | Reply[]

const LIMIT_BYTES = 16 * 1024 * 1024

/** Asks one thing after the other on one connection. Throws an Error with the first complaint. */
export async function ask({ host, port }: { host: string; port: number }, commands: readonly (readonly string[])[], signal: AbortSignal): Promise<Reply[]> {
  if (signal.aborted) throw late()
  const socket = connect({ host, port })
  const onAbort = () => socket.destroy(late())
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    const send = respClient(socket)
    const replies: Reply[] = []
    for (const command of commands) replies.push(written(await send(command, LIMIT_BYTES)))
    return replies
  } finally {
    signal.removeEventListener('abort', onAbort)
    socket.destroy()
  }
}

function late(): Error {
  return new Error('It did not answer in time.')
}

function written(reply: Told): Reply {
  if (Array.isArray(reply)) return reply.map(written)
  if (reply === null || typeof reply === 'number') return reply
  if (reply.size > reply.bytes.length) throw new Error('It answered with more than was asked for.')
  return reply.bytes.toString('utf8')
}
