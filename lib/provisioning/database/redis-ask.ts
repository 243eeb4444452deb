import { connect } from 'node:net'

// As much of the protocol of Redis as asking needs. A client of its own would bring more than is used.

export type Reply = string | number | null | Reply[]

const LIMIT_BYTES = 16 * 1024 * 1024

/** Asks one thing after the other on one connection. Throws an Error with the first complaint. */
export function ask({ host, port }: { host: string; port: number }, commands: readonly (readonly string[])[], signal: AbortSignal): Promise<Reply[]> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port })
    const replies: Reply[] = []
    let received: Buffer = Buffer.alloc(0)
    const finish = (error: Error | null) => {
      signal.removeEventListener('abort', onAbort)
      socket.destroy()
      if (error) reject(error)
      else resolve(replies)
    }
    const onAbort = () => finish(new Error('It did not answer in time.'))
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    const next = () => (replies.length === commands.length ? finish(null) : void socket.write(wire(commands[replies.length]!)))
    socket.once('connect', next)
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      if (received.length > LIMIT_BYTES) return finish(new Error('It answered with more than was asked for.'))
      try {
        const read = readReply(received, 0)
        if (read === null) return
        replies.push(read.reply)
        received = received.subarray(read.end)
        next()
      } catch (error) {
        finish(error as Error)
      }
    })
    socket.once('error', finish)
    socket.once('close', () => finish(new Error('It closed the connection without an answer.')))
  })
}

function wire(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`
}

/** A whole reply from a position on, and where it ends; null when more of it is to come. Throws what is complained of. */
export function readReply(bytes: Buffer, from: number): { reply: Reply; end: number } | null {
  const line = bytes.indexOf('\r\n', from)
  if (line === -1) return null
  const [kind, rest] = [String.fromCharCode(bytes[from]!), bytes.toString('utf8', from + 1, line)]
  const end = line + 2
  switch (kind) {
    case '+':
      return { reply: rest, end }
    case ':':
      return { reply: Number(rest), end }
    case '-':
      throw new Error(rest)
    case '$':
      return readText(bytes, end, Number(rest))
    case '*':
      return readList(bytes, end, Number(rest))
    default:
      throw new Error('It does not speak as Redis does.')
  }
}

function readText(bytes: Buffer, from: number, length: number): { reply: Reply; end: number } | null {
  if (length === -1) return { reply: null, end: from }
  return bytes.length < from + length + 2 ? null : { reply: bytes.toString('utf8', from, from + length), end: from + length + 2 }
}

function readList(bytes: Buffer, from: number, length: number): { reply: Reply; end: number } | null {
  if (length === -1) return { reply: null, end: from }
  const items: Reply[] = []
  let end = from
  while (items.length < length) {
    const item = readReply(bytes, end)
    if (item === null) return null
    items.push(item.reply)
    end = item.end
  }
  return { reply: items, end }
}
