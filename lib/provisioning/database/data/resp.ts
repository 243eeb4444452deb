import type { Socket } from 'node:net'

// What is needed of the protocol of Redis: one command, one reply. A long text is read to its end but only its beginning is kept.

/** `size`: of the whole text, of which `bytes` is the beginning. */
export type Text = { bytes: Buffer; size: number }
export type Reply = Text | number | null | Reply[]
export type Send = (command: readonly (string | Buffer)[], /** Bytes of each text that are kept. */ keep?: number) => Promise<Reply>

/** What the server answers instead of a reply. */
export class RefusedByServer extends Error {}

const MOST_LINE_BYTES = 64 * 1024
const MOST_DEEP = 8
const KEEP_BYTES = 64 * 1024

/** A way to ask that server, one command after the other. */
export function respClient(socket: Socket): Send {
  const reader = readerOf(socket)
  return async (command, keep = KEEP_BYTES) => {
    const parts = command.map((part) => (typeof part === 'string' ? Buffer.from(part) : part))
    socket.write(Buffer.concat([Buffer.from(`*${parts.length}\r\n`), ...parts.flatMap((part) => [Buffer.from(`$${part.length}\r\n`), part, Buffer.from('\r\n')])]))
    return readReply(reader, keep, 0)
  }
}

type Reader = { line(): Promise<string>; /** So many bytes, of which the first `keep` are answered. */ bytes(size: number, keep: number): Promise<Buffer> }

async function readReply(reader: Reader, keep: number, depth: number): Promise<Reply> {
  const line = await reader.line()
  const rest = line.slice(1)
  switch (line[0]) {
    case '+':
      return { bytes: Buffer.from(rest), size: Buffer.byteLength(rest) }
    case '-':
      throw new RefusedByServer(rest)
    case ':':
      return Number(rest)
    case '$': {
      const size = Number(rest)
      if (size < 0) return null
      const bytes = await reader.bytes(size, keep)
      await reader.bytes(2, 0)
      return { bytes, size }
    }
    case '*': {
      const count = Number(rest)
      if (count < 0) return null
      if (depth === MOST_DEEP) break
      const replies: Reply[] = []
      let refused: RefusedByServer | null = null
      for (let i = 0; i < count; i++) {
        try {
          replies.push(await readReply(reader, keep, depth + 1))
        } catch (cause) {
          if (!(cause instanceof RefusedByServer)) throw cause
          refused ??= cause
        }
      }
      if (refused) throw refused
      return replies
    }
  }
  throw new Error('The server does not speak the protocol of Redis.')
}

function readerOf(socket: Socket): Reader {
  const chunks = socket.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>
  let buffer: Buffer = Buffer.alloc(0)
  const more = async () => {
    const { done, value } = await chunks.next()
    if (done) throw new Error('The connection was closed.')
    buffer = buffer.length === 0 ? value : Buffer.concat([buffer, value])
  }
  return {
    async line() {
      for (;;) {
        const end = buffer.indexOf('\r\n')
        if (end >= 0) {
          const line = buffer.toString('utf8', 0, end)
          buffer = buffer.subarray(end + 2)
          return line
        }
        if (buffer.length > MOST_LINE_BYTES) throw new Error('The server does not speak the protocol of Redis.')
        await more()
      }
    },
    async bytes(size, keep) {
      const kept: Buffer[] = []
      let room = Math.min(size, keep)
      for (let left = size; left > 0; ) {
        if (buffer.length === 0) await more()
        const part = buffer.subarray(0, left)
        buffer = buffer.subarray(part.length)
        left -= part.length
        if (room > 0) kept.push(Buffer.from(part.subarray(0, room)))
        room = Math.max(0, room - part.length)
      }
      return Buffer.concat(kept)
    },
  }
}
