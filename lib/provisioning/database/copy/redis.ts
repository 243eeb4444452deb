import { connect } from 'node:net'
import { Readable } from 'node:stream'

import { AppError } from '../../../errors'
import type { TarEntry } from '../../snapshot/tar/entry'
import { writeTar } from '../../snapshot/tar/write'
import { MARK } from '../folder'
import { wire } from '../redis-wire'
import { inData, type EngineCopy, type Running } from './copy'

// Redis copies itself to whoever asks as a replica does: one moment of all it has, by a fork of it, while it goes on. What
// it answers with is the file it would keep that in.

export function redisCopy(passwordKey: string): EngineCopy {
  return {
    format: 'rdb',
    copy: async (running, signal) => Readable.from(momentOf(running, passwordKey, signal), { objectMode: false, highWaterMark: 1024 * 1024 }),
    prove: async (running, signal) => keysWords(await sizeOf(running, passwordKey, signal)),
    restore: {
      by: 'files',
      toVolume: ({ content, contentBytes, mark }) => writeTar(entriesOf(content, contentBytes, mark)),
    },
  }
}

async function* momentOf({ port, env }: Running, passwordKey: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  const socket = connect({ host: '127.0.0.1', port })
  const end = () => socket.destroy(new Error('It was ended.'))
  signal.addEventListener('abort', end, { once: true })
  try {
    socket.write(wire('AUTH', env[passwordKey] ?? ''))
    let isKnown = false
    let head: Buffer = Buffer.alloc(0)
    let left: number | null = null
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      let part = chunk
      if (left === null) {
        head = Buffer.concat([head, chunk])
        const found = announced(head)
        // It takes this question alone, when every other one is answered.
        if (!isKnown && head.includes('+OK\r\n')) socket.write(wire('SYNC'))
        isKnown ||= head.includes('+OK\r\n')
        if (found === null) continue
        left = found.bytes
        part = head.subarray(found.at)
      }
      // After the moment come the writes since; they are not of it.
      const own: Buffer = part.subarray(0, left)
      left -= own.length
      if (own.length > 0) yield own
      if (left === 0) return
    }
    throw new AppError('unavailable', 'The database ended the connection before all of it was copied. Try again when it is well.')
  } catch (cause) {
    signal.throwIfAborted()
    throw cause instanceof AppError ? cause : new AppError('unavailable', 'The database cannot be reached to be copied. Try again when it is well.', { cause })
  } finally {
    signal.removeEventListener('abort', end)
    socket.destroy()
  }
}

function keysWords(count: number): string {
  return count === 1 ? '1 key was read.' : `${count.toLocaleString('en')} keys were read.`
}

/** How many keys it has. It has read all of them when it answers. */
async function sizeOf({ port, env }: Running, passwordKey: string, signal: AbortSignal): Promise<number> {
  const socket = connect({ host: '127.0.0.1', port })
  const end = () => socket.destroy(new Error('It was ended.'))
  signal.addEventListener('abort', end, { once: true })
  try {
    socket.write(wire('AUTH', env[passwordKey] ?? '') + wire('DBSIZE'))
    let text = ''
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      text += chunk.toString('latin1')
      const found = /^:(\d+)\r\n/m.exec(text)
      if (found) return Number(found[1])
    }
    throw new AppError('unavailable', 'The database did not say how much it holds.')
  } finally {
    signal.removeEventListener('abort', end)
    socket.destroy()
  }
}

const LONGEST_HEAD = 64 * 1024

/** How many bytes it announces, and where they begin; null while it has not said. It sends line feeds while it prepares them. */
function announced(head: Buffer): { bytes: number; at: number } | null {
  const text = head.subarray(0, LONGEST_HEAD).toString('latin1')
  const complaint = /(?:^|\n)-(.*?)\r\n/.exec(text)
  if (complaint) throw new AppError('unavailable', `The database refuses to be copied: ${complaint[1]}`)
  const size = /(?:^|\n)\$(\d+)\r\n/.exec(text)
  return size ? { bytes: Number(size[1]), at: size.index + size[0].length } : null
}

/** Its log may begin with such a file, and every version starts with a log that is nothing else. */
async function* entriesOf(content: Readable, sizeBytes: number, mark: string): AsyncGenerator<TarEntry> {
  const modifiedAt = new Date()
  yield { name: inData(''), kind: 'folder', mode: 0o700, sizeBytes: 0, modifiedAt }
  yield { name: inData('appendonly.aof'), kind: 'file', mode: 0o600, sizeBytes, modifiedAt, content }
  // The end of the content says whether it was whole; an archive without its end is refused.
  for await (const _ of content);
  yield { name: inData(MARK), kind: 'file', mode: 0o600, sizeBytes: Buffer.byteLength(mark), modifiedAt, content: Readable.from([Buffer.from(mark)]) }
}
