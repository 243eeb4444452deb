// Single headers of tar archives (POSIX.1-2001): the engine takes and gives files as such, and nothing more of the format
// is needed than one file at a time.

const BLOCK = 512
/** What fits into the eleven octal digits of a size, and into the field of a name. */
const LONGEST_NAME = 100
const LARGEST = 8 ** 11 - 1

export type TarEntry = { name: string; kind: 'file' | 'folder'; sizeBytes: number; uid: number; gid: number; mode: number; modifiedAt: Date }

/** The header of one entry; what an old header has no room for goes into one before it. */
export function tarHeader(entry: TarEntry): Buffer {
  const { name, sizeBytes } = entry
  const records = [
    ...(Buffer.byteLength(name) > LONGEST_NAME ? [record('path', name)] : []),
    ...(sizeBytes > LARGEST ? [record('size', String(sizeBytes))] : []),
  ].join('')
  if (records === '') return block({ ...entry, type: entry.kind === 'folder' ? '5' : '0' })
  const text = Buffer.from(records)
  const before = block({ ...entry, name: 'easel-more', sizeBytes: text.length, type: 'x' })
  return Buffer.concat([before, text, Buffer.alloc(padding(text.length)), block({ ...entry, name: name.slice(0, 20), sizeBytes: Math.min(sizeBytes, LARGEST), type: entry.kind === 'folder' ? '5' : '0' })])
}

/** Bytes after content of this size, up to the next block. */
export function padding(sizeBytes: number): number {
  return (BLOCK - (sizeBytes % BLOCK)) % BLOCK
}

/** The end of an archive. */
export const TAR_END = Buffer.alloc(2 * BLOCK)

function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`
  let length = Buffer.byteLength(rest) + 1
  while (String(length).length + Buffer.byteLength(rest) !== length) length = String(length).length + Buffer.byteLength(rest)
  return `${length}${rest}`
}

function block({ name, sizeBytes, uid, gid, mode, modifiedAt, type }: TarEntry & { type: string }): Buffer {
  const header = Buffer.alloc(BLOCK)
  const octal = (value: number, at: number, length: number) => header.write(value.toString(8).padStart(length - 1, '0'), at, length - 1, 'ascii')
  header.write(name, 0, LONGEST_NAME, 'utf8')
  octal(mode, 100, 8)
  octal(uid, 108, 8)
  octal(gid, 116, 8)
  octal(sizeBytes, 124, 12)
  octal(Math.floor(modifiedAt.getTime() / 1000), 136, 12)
  header.write('        ', 148, 8, 'ascii')
  header.write(type, 156, 1, 'ascii')
  header.write('ustar\x0000', 257, 8, 'latin1')
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 8, 'latin1')
  return header
}

export type ReadHeader = { type: string; sizeBytes: number; uid: number; gid: number }

/** What one header says. */
export function readHeader(header: Buffer): ReadHeader {
  return { type: String.fromCharCode(header[156] ?? 0), sizeBytes: number(header.subarray(124, 136)), uid: number(header.subarray(108, 116)), gid: number(header.subarray(116, 124)) }
}

/** The size that a header before another one gives it; null when it gives none. */
export function sizeIn(records: Buffer): number | null {
  const found = /(?:^|\n)\d+ size=(\d+)\n/.exec(records.toString('utf8'))
  return found ? Number(found[1]) : null
}

/** Octal text, or a large number in base 256 as GNU writes it. */
function number(field: Buffer): number {
  if ((field[0]! & 0x80) !== 0) return field.subarray(1).reduce((total, byte) => total * 256 + byte, 0)
  return parseInt(field.toString('latin1').replace(/[\0 ]+$/, '') || '0', 8)
}

export { BLOCK as TAR_BLOCK }
