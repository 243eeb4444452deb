// Entries of a tar archive in the format "ustar", which every tar reads.

export const BLOCK = 512
const LONGEST_NAME = 100
const LONGEST_PREFIX = 155
/** What twelve octal places hold; beyond, the size is written in base 256 as GNU and others do. */
const OCTAL_LIMIT = 8 ** 11

export type TarEntry = {
  /** From the root of the archive, without a slash before or after it. */
  name: string
  kind: 'file' | 'folder'
  mode: number
  /** Exactly so many bytes follow. */
  sizeBytes: number
  modifiedAt: Date
  content?: AsyncIterable<Buffer>
}

/** The header of an entry, owned by root: whoever unpacks it gives it to whom it is for. */
export function headerOf({ name, kind, mode, sizeBytes, modifiedAt }: Omit<TarEntry, 'content'>): Buffer {
  const block = Buffer.alloc(BLOCK)
  const { prefix, rest } = split(kind === 'folder' ? `${name}/` : name)
  block.write(rest, 0)
  octal(block, mode & 0o7777, { at: 100, places: 8 })
  octal(block, 0, { at: 108, places: 8 })
  octal(block, 0, { at: 116, places: 8 })
  if (sizeBytes < OCTAL_LIMIT) octal(block, sizeBytes, { at: 124, places: 12 })
  else {
    block[124] = 0x80
    block.writeBigUInt64BE(BigInt(sizeBytes), 128)
  }
  octal(block, Math.max(0, Math.floor(modifiedAt.getTime() / 1000)), { at: 136, places: 12 })
  block.write(kind === 'folder' ? '5' : '0', 156)
  block.write('ustar\x0000', 257, 'latin1')
  block.write(prefix, 345)
  return sealed(block)
}

/** Writes the sum of a header into it. */
export function sealed(block: Buffer): Buffer {
  block.fill(' ', 148, 156)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}

function octal(block: Buffer, value: number, { at, places }: { at: number; places: number }): void {
  block.write(`${value.toString(8).padStart(places - 1, '0')}\0`, at)
}

/** A long name is parted at a slash. */
function split(name: string): { prefix: string; rest: string } {
  if (Buffer.byteLength(name) <= LONGEST_NAME) return { prefix: '', rest: name }
  for (let at = name.indexOf('/'); at > 0; at = name.indexOf('/', at + 1)) {
    const [prefix, rest] = [name.slice(0, at), name.slice(at + 1)]
    if (rest !== '' && Buffer.byteLength(rest) <= LONGEST_NAME && Buffer.byteLength(prefix) <= LONGEST_PREFIX) return { prefix, rest }
  }
  throw new Error(`The name ${name} is too long for an archive.`)
}
