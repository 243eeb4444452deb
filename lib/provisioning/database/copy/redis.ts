import { connect } from 'node:net'
import { Readable } from 'node:stream'

import { AppError } from '../../../errors'
import type { TarEntry } from '../../snapshot/tar/entry'
import { writeTar } from '../../snapshot/tar/write'
import { MARK } from '../folder'
import { ask } from '../redis-ask'
import { RefusedByServer, respMoment } from '../resp'
import { inData, keysFound, type EngineCopy, type Running } from './copy'

// Redis copies itself to whoever asks as a replica does: one moment of all it has, by a fork of it, while it goes on. What
// it answers with is the file it would keep that in.

export function redisCopy(passwordKey: string): EngineCopy {
  return {
    format: 'rdb',
    copy: async (running, signal) => Readable.from(momentOf(running, passwordKey, signal), { objectMode: false, highWaterMark: 1024 * 1024 }),
    prove: async (running, signal) => keysFound(await sizeOf(running, passwordKey, signal)),
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
    yield* respMoment(socket, env[passwordKey] ?? '')
  } catch (cause) {
    signal.throwIfAborted()
    if (cause instanceof RefusedByServer) throw new AppError('unavailable', `The database refuses to be copied: ${cause.message}`, { cause })
    throw new AppError('unavailable', 'The connection to the database ended before all of it was copied. Try again when it is well.', { cause })
  } finally {
    signal.removeEventListener('abort', end)
    socket.destroy()
  }
}

/** How many keys it has. It has read all of them when it answers. */
async function sizeOf({ port, env }: Running, passwordKey: string, signal: AbortSignal): Promise<number> {
  const [, count] = await ask({ host: '127.0.0.1', port }, [['AUTH', env[passwordKey] ?? ''], ['DBSIZE']], signal)
  if (typeof count !== 'number') throw new AppError('unavailable', 'The database did not say how much it holds.')
  return count
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
