import type { Readable } from 'node:stream'

import { AppError } from '../../../errors'
import { BLOCK, type TarEntry } from './entry'

/**
 * The entries of an archive as `writeTar` and database servers make them: plain files and folders. The content of one has to
 * be read before the next one is asked for; what is left of it is passed over.
 */
export async function* readTar(archive: Readable): AsyncGenerator<TarEntry> {
  const source = reader(archive)
  for (;;) {
    const header = await source.take(BLOCK)
    if (header === null) throw cut()
    if (header.every((byte) => byte === 0)) return void (await source.drain())
    const kind = header[156] === 0x35 ? 'folder' : header[156] === 0x30 || header[156] === 0 ? 'file' : null
    if (kind === null) throw new AppError('invalid_input', `The snapshot holds an entry of a kind that is not known here: ${nameOf(header)}.`)
    const sizeBytes = sizeOf(header)
    const body = source.body(sizeBytes)
    yield { name: nameOf(header), kind, mode: Number.parseInt(text(header, 100, 8), 8) || 0o600, sizeBytes, modifiedAt: new Date((Number.parseInt(text(header, 136, 12), 8) || 0) * 1000), content: body.content }
    await body.finish()
  }
}

function nameOf(header: Buffer): string {
  const prefix = text(header, 345, 155)
  const name = `${prefix === '' ? '' : `${prefix}/`}${text(header, 0, 100)}`.replace(/^(\.\/)+/, '').replace(/\/+$/, '')
  if (name.startsWith('/') || name.split('/').includes('..')) throw new AppError('invalid_input', `The snapshot holds an entry outside of itself: ${name}.`)
  return name
}

function sizeOf(header: Buffer): number {
  return header[124] === 0x80 ? Number(header.readBigUInt64BE(128)) : Number.parseInt(text(header, 124, 12).trim() || '0', 8)
}

function text(header: Buffer, at: number, length: number): string {
  const end = header.indexOf(0, at)
  return header.toString('utf8', at, end < 0 || end > at + length ? at + length : end)
}

function reader(archive: Readable) {
  const chunks = archive[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  let held: Buffer = Buffer.alloc(0)
  const more = async (): Promise<boolean> => {
    const next = await chunks.next()
    if (next.done) return false
    held = held.length === 0 ? next.value : Buffer.concat([held, next.value])
    return true
  }
  const upTo = async (count: number): Promise<Buffer> => {
    if (held.length === 0 && !(await more())) throw cut()
    const part = held.subarray(0, count)
    held = held.subarray(part.length)
    return part
  }
  return {
    async take(count: number): Promise<Buffer | null> {
      while (held.length < count) if (!(await more())) return null
      return upTo(count)
    },
    body(sizeBytes: number) {
      let left = sizeBytes
      const content = (async function* () {
        while (left > 0) {
          const part = await upTo(left)
          left -= part.length
          yield part
        }
      })()
      return {
        content,
        async finish() {
          while (left > 0) left -= (await upTo(left)).length
          for (let padding = (BLOCK - (sizeBytes % BLOCK)) % BLOCK; padding > 0; ) padding -= (await upTo(padding)).length
        },
      }
    },
    /** To the end, where the source says whether it was whole. */
    async drain() {
      held = Buffer.alloc(0)
      while (!(await chunks.next()).done);
    },
  }
}

function cut(): AppError {
  return new AppError('invalid_input', 'The snapshot ends before its content does. Use another one.')
}
