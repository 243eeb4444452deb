// Writes tar archives where they are made to be sent: in the browser and on the command line. Bytes and nothing of a platform.

const BLOCK = 512
const LONGEST_NAME = 100
const LARGEST = 8 ** 11 - 1
const encoder = new TextEncoder()

/** One entry. A link has no content. */
export type TarFile = { path: string; sizeBytes: number; isProgram?: boolean; link?: string }

/** The end of an archive. */
export const TAR_END = new Uint8Array(2 * BLOCK)

/** What comes before the content of an entry. Times are left out: the same folder is the same archive. */
export function tarHeader({ path, sizeBytes, isProgram = false, link }: TarFile): Uint8Array {
  const [name, target] = [encoder.encode(path), encoder.encode(link ?? '')]
  const records = [...(name.length > LONGEST_NAME ? [record('path', path)] : []), ...(target.length > LONGEST_NAME ? [record('linkpath', link!)] : []), ...(sizeBytes > LARGEST ? [record('size', String(sizeBytes))] : [])]
  const own = block({ name, target, sizeBytes: Math.min(sizeBytes, LARGEST), mode: isProgram ? 0o755 : 0o644, type: link === undefined ? '0' : '2' })
  if (records.length === 0) return own
  const text = encoder.encode(records.join(''))
  return joined([block({ name: encoder.encode('more'), target: new Uint8Array(), sizeBytes: text.length, mode: 0o644, type: 'x' }), text, tarFilling(text.length), own])
}

/** What comes after content of this size. */
export function tarFilling(sizeBytes: number): Uint8Array {
  return new Uint8Array((BLOCK - (sizeBytes % BLOCK)) % BLOCK)
}

function block({ name, target, sizeBytes, mode, type }: { name: Uint8Array; target: Uint8Array; sizeBytes: number; mode: number; type: string }): Uint8Array {
  const header = new Uint8Array(BLOCK)
  const write = (text: string, at: number) => header.set(encoder.encode(text), at)
  header.set(name.subarray(0, LONGEST_NAME), 0)
  write(`${octal(mode, 7)}\0${octal(0, 7)}\0${octal(0, 7)}\0${octal(sizeBytes, 11)}\0${octal(0, 11)}\0`, 100)
  write(`        ${type}`, 148)
  header.set(target.subarray(0, LONGEST_NAME), 157)
  write('ustar\x0000', 257)
  write(`${octal(header.reduce((sum, byte) => sum + byte, 0), 6)}\0 `, 148)
  return header
}

function octal(value: number, places: number): string {
  return value.toString(8).padStart(places, '0')
}

/** `<length> <key>=<value>\n`, where the length counts all of it. */
function record(key: string, value: string): string {
  const rest = encoder.encode(` ${key}=${value}\n`).length
  let length = rest + 1
  while (String(length).length + rest !== length) length = String(length).length + rest
  return `${length} ${key}=${value}\n`
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
