import type { Duplex } from 'node:stream'

// What is needed of the protocol of Redis: one command, one reply. A long text is read to its end but only its beginning is kept.

/** `size`: of the whole text, of which `bytes` is the beginning. */
export type Text = { bytes: Buffer; size: number }
export type Reply = Text | number | null | Reply[]
type Command = readonly (string | Buffer)[]
export type Send = (command: Command, /** Bytes of each text that are kept. */ keep?: number) => Promise<Reply>

/** What the server answers instead of a reply. */
export class RefusedByServer extends Error {}

const MOST_LINE_BYTES = 64 * 1024
const MOST_DEEP = 8
const KEEP_BYTES = 64 * 1024

/** A way to ask the server at the other end, one command after the other. */
export function respClient(socket: Duplex): Send {
  const reader = readerOf(socket)
  return (command, keep = KEEP_BYTES) => asked(socket, reader, { command, keep })
}

/** Everything a server has at one moment, as the file it would keep it in, which it tells whoever asks as a replica does; `password` first. */
export async function* respMoment(socket: Duplex, password: string): AsyncGenerator<Buffer> {
  const reader = readerOf(socket)
  await asked(socket, reader, { command: ['AUTH', password], keep: KEEP_BYTES })
  socket.write(wire(['SYNC']))
  // It sends line feeds while it prepares.
  const head = (await reader.line()).replace(/^\n+/, '')
  if (head.startsWith('-')) throw new RefusedByServer(head.slice(1))
  if (!/^\$\d+$/.test(head)) throw notRedis()
  // After the moment come the writes since; they are not of it.
  for (let left = Number(head.slice(1)); left > 0; ) {
    const part = await reader.some(left)
    left -= part.length
    yield part
  }
}

async function asked(socket: Duplex, reader: Reader, { command, keep }: { command: Command; keep: number }): Promise<Reply> {
  socket.write(wire(command))
  return readReply(reader, keep, 0)
}

function wire(command: Command): Buffer {
  const parts = command.map((part) => (typeof part === 'string' ? Buffer.from(part) : part))
  return Buffer.concat([Buffer.from(`*${parts.length}\r\n`), ...parts.flatMap((part) => [Buffer.from(`$${part.length}\r\n`), part, Buffer.from('\r\n')])])
}

type Reader = {
  line(): Promise<string>
  /** So many bytes, of which the first `keep` are answered. */
  bytes(size: number, keep: number): Promise<Buffer>
  /** What there is, at least one byte and at most so many. */
  some(most: number): Promise<Buffer>
}

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
  throw notRedis()
}

function notRedis(): Error {
  return new Error('The server does not speak the protocol of Redis.')
}

function readerOf(socket: Duplex): Reader {
  const chunks = socket.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>
  let buffer: Buffer = Buffer.alloc(0)
  const take = (most: number) => {
    const part = buffer.subarray(0, most)
    buffer = buffer.subarray(part.length)
    return part
  }
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
        if (buffer.length > MOST_LINE_BYTES) throw notRedis()
        await more()
      }
    },
    async some(most) {
      if (buffer.length === 0) await more()
      return take(most)
    },
    async bytes(size, keep) {
      const kept: Buffer[] = []
      let room = Math.min(size, keep)
      for (let left = size; left > 0; ) {
        if (buffer.length === 0) await more()
        const part = take(left)
        left -= part.length
        if (room > 0) kept.push(Buffer.from(part.subarray(0, room)))
        room = Math.max(0, room - part.length)
      }
      return Buffer.concat(kept)
    },
  }
}
