import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'

import type { UploadLimits } from '../../../domain/archive/limits'
import { AppError } from '../../../errors'

// What is read here was made by anybody. It is taken block by block, with a bound on everything that grows: bytes that come out of
// the compression, names, and what one header may say of the next entry. Whether an entry may be there is for `admit.ts`.

export const BLOCK = 512
/** Headers and filling besides content; the archive of the smallest files is mostly these. */
const OVERHEAD_BYTES = 4096
/** Of what a header says of the next one. */
const MOST_RECORDS_BYTES = 64 * 1024

export type ArchiveEntry = {
  /** As it is written there. */
  path: string
  kind: 'file' | 'folder' | 'link'
  /** Of a link: where it leads. */
  target: string | null
  isProgram: boolean
  sizeBytes: number
  /** Has to be read before the next entry is asked for; what is left of it is passed over. */
  content: AsyncIterable<Buffer>
}

const KINDS: Record<string, ArchiveEntry['kind']> = { '0': 'file', '\0': 'file', '7': 'file', '5': 'folder', '2': 'link' }
const REFUSED: Record<string, string> = { '1': 'a hard link', '3': 'a device', '4': 'a device', '6': 'a pipe', S: 'a file with holes' }

/** The entries of a tar.gz. Throws `invalid_input` for what is no such archive, is cut off, or unpacks to more than it may. */
export async function* readArchive(packed: Readable, limits: UploadLimits): AsyncGenerator<ArchiveEntry> {
  const unpacked = createGunzip({ chunkSize: 64 * 1024 })
  // What goes wrong with either comes out of reading.
  pipeline(packed, unpacked).catch(() => undefined)
  try {
    yield* entriesOf(blocks(unpacked, limits))
  } catch (error) {
    throw isCompression(error) ? refused('It is not a whole tar.gz archive. Send it again.', error) : error
  } finally {
    unpacked.destroy()
    packed.destroy()
  }
}

type Said = { path?: string; linkpath?: string; size?: number }

async function* entriesOf(source: Source): AsyncGenerator<ArchiveEntry> {
  let said: Said = {}
  for (;;) {
    const header = await source.take(BLOCK)
    if (header === null) throw refused('It ends before the archive does. Send it again.')
    if (header.every((byte) => byte === 0)) return source.drain()
    demandSum(header)
    const type = String.fromCharCode(header[156]!)
    const sizeBytes = said.size ?? numberIn(header, 124, 12)
    if (type === 'x' || type === 'g' || type === 'L' || type === 'K') {
      const text = await source.text(numberIn(header, 124, 12))
      if (type === 'x') said = { ...said, ...recordsOf(text) }
      if (type === 'L') said.path = upToZero(text)
      if (type === 'K') said.linkpath = upToZero(text)
      continue
    }
    yield* entry(source, { header, type, said, sizeBytes })
    said = {}
  }
}

async function* entry(source: Source, { header, type, said, sizeBytes }: { header: Buffer; type: string; said: Said; sizeBytes: number }): AsyncGenerator<ArchiveEntry> {
  const path = said.path ?? nameOf(header)
  const kind = type !== '5' && path.endsWith('/') && KINDS[type] === 'file' ? 'folder' : KINDS[type]
  if (kind === undefined) throw refused(`It holds ${REFUSED[type] ?? 'an entry of a kind that is not known here'}: ${shown(path)}. Only files, folders and links may be in it.`)
  const body = source.body(kind === 'file' ? sizeBytes : 0)
  yield { path, kind, target: kind === 'link' ? (said.linkpath ?? text(header, 157, 100)) : null, isProgram: (numberIn(header, 100, 8) & 0o111) !== 0, sizeBytes: kind === 'file' ? sizeBytes : 0, content: body.content }
  await body.finish()
}

type Source = ReturnType<typeof blocks>

function blocks(unpacked: AsyncIterable<Buffer>, limits: UploadLimits) {
  const chunks = unpacked[Symbol.asyncIterator]()
  const most = limits.unpackedBytes + 2 * limits.files * OVERHEAD_BYTES
  let held: Buffer = Buffer.alloc(0)
  let total = 0
  const more = async (): Promise<boolean> => {
    const next = await chunks.next()
    if (next.done) return false
    total += next.value.length
    if (total > most) throw refused('It unpacks to more than an upload may hold. Leave out what is made or fetched by the build.')
    held = held.length === 0 ? next.value : Buffer.concat([held, next.value])
    return true
  }
  const upTo = async (count: number): Promise<Buffer> => {
    if (held.length === 0 && !(await more())) throw refused('It ends before the archive does. Send it again.')
    const part = held.subarray(0, count)
    held = held.subarray(part.length)
    return part
  }
  const skip = async (count: number) => {
    for (let left = count; left > 0; ) left -= (await upTo(left)).length
  }
  const take = async (count: number): Promise<Buffer | null> => {
    while (held.length < count) if (!(await more())) return null
    return upTo(count)
  }
  return {
    take,
    async text(sizeBytes: number): Promise<Buffer> {
      if (sizeBytes > MOST_RECORDS_BYTES) throw refused('It holds a name that is too long.')
      const found = await take(sizeBytes)
      if (found === null) throw refused('It ends before the archive does. Send it again.')
      await skip(filling(sizeBytes))
      return found
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
      return { content, finish: () => skip(left + filling(sizeBytes)) }
    },
    /** To the end, where the compression says whether it was whole. */
    async drain(): Promise<void> {
      do held = Buffer.alloc(0)
      while (await more())
    },
  }
}

function filling(sizeBytes: number): number {
  return (BLOCK - (sizeBytes % BLOCK)) % BLOCK
}

function demandSum(header: Buffer): void {
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0)
  if (numberIn(header, 148, 8) !== sum) throw refused('It is not a tar.gz archive, or a part of it is damaged.')
}

/** Octal text, or a large number in base 256 as GNU writes it. */
function numberIn(header: Buffer, at: number, length: number): number {
  const field = header.subarray(at, at + length)
  const value = (field[0]! & 0x80) !== 0 ? field.subarray(1).reduce((total, byte) => total * 256 + byte, 0) : Number.parseInt(field.toString('latin1').replace(/[\0 ]+$/, '').trim() || '0', 8)
  if (!Number.isSafeInteger(value) || value < 0) throw refused('It is not a tar.gz archive, or a part of it is damaged.')
  return value
}

function nameOf(header: Buffer): string {
  // Only this format has the first part of a long name there; GNU has times there.
  const prefix = header.toString('latin1', 257, 263) === 'ustar\0' ? text(header, 345, 155) : ''
  const name = text(header, 0, 100)
  return prefix === '' ? name : `${prefix}/${name}`
}

function text(header: Buffer, at: number, length: number): string {
  return upToZero(header.subarray(at, at + length))
}

function upToZero(field: Buffer): string {
  const end = field.indexOf(0)
  return decoded(end < 0 ? field : field.subarray(0, end))
}

function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw refused(`It holds a name that is not written in UTF-8: ${shown(bytes.toString('latin1'))}. Rename that file.`, cause)
  }
}

/** `<length> <key>=<value>\n`, where the length counts all of it. */
function recordsOf(records: Buffer): Said {
  const said: Said = {}
  for (let at = 0; at < records.length && records[at] !== 0; ) {
    const space = records.indexOf(0x20, at)
    const length = Number.parseInt(records.toString('latin1', at, Math.max(at, space)), 10)
    if (space < 0 || !(length > space - at + 1) || at + length > records.length) throw refused('It is not a tar.gz archive, or a part of it is damaged.')
    const record = decoded(records.subarray(space + 1, at + length - 1))
    const [key, value] = [record.slice(0, record.indexOf('=')), record.slice(record.indexOf('=') + 1)]
    if (key.startsWith('GNU.sparse')) throw refused('It holds a file with holes. Only files, folders and links may be in it.')
    if (key === 'path' || key === 'linkpath') said[key] = value
    if (key === 'size') said.size = sizeIn(value)
    at += length
  }
  return said
}

function sizeIn(value: string): number {
  if (!/^\d{1,15}$/.test(value)) throw refused('It is not a tar.gz archive, or a part of it is damaged.')
  return Number(value)
}

function isCompression(error: unknown): boolean {
  return /^Z_|^ERR_STREAM_PREMATURE_CLOSE$/.test((error as NodeJS.ErrnoException).code ?? '')
}

/** A name as it can be shown: short, and without what moves a cursor. */
export function shown(path: string): string {
  return path.replace(/\p{C}/gu, '?').slice(0, 120)
}

/** An archive is not taken. */
export function refused(why: string, cause?: unknown): AppError {
  return new AppError('invalid_input', `The archive was refused. ${why}`, { cause })
}
