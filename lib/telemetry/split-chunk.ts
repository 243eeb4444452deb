/** Longest piece that becomes one line; a longer one is cut, and says so. */
export const MAX_LINE_BYTES = 1_000_000
const CUT_NOTE = ' … [line cut, goes on below]'
const NEWLINE = 0x0a

export type Split = { lines: string[]; /** Where in the chunk each line ends. */ ends: number[]; /** Bytes that became lines. */ consumed: number }

/**
 * The complete lines of a chunk of a file, at most `most`, and how many bytes they take. The rest is held until its line end
 * comes, unless `all` asks for it as it is. Bytes are cut only between characters, so positions in the file stay exact.
 */
export function splitChunk(chunk: Buffer, all: boolean, most = Number.POSITIVE_INFINITY): Split {
  const lines: string[] = []
  const ends: number[] = []
  let start = 0
  while (start < chunk.length && lines.length < most) {
    const end = chunk.indexOf(NEWLINE, start)
    const length = (end === -1 ? chunk.length : end) - start
    if (length > MAX_LINE_BYTES) {
      const cut = characterBoundary(chunk, start + MAX_LINE_BYTES)
      lines.push(decode(chunk.subarray(start, cut)) + CUT_NOTE)
      start = cut
    } else if (end !== -1) {
      lines.push(decode(chunk.subarray(start, end)))
      start = end + 1
    } else if (all) {
      lines.push(decode(chunk.subarray(start)))
      start = chunk.length
    } else break
    ends.push(start)
  }
  return { lines, ends, consumed: start }
}

/** The text of a line as a terminal would leave it: after a lone carriage return the line is written over. */
function decode(bytes: Buffer): string {
  const text = bytes.toString('utf8').replace(/\r+$/, '')
  const lastReturn = text.lastIndexOf('\r')
  return clean(lastReturn === -1 ? text : text.slice(lastReturn + 1))
}

/** A text that is one line, cut with a note when it is longer. */
export function cutText(text: string, mostLength: number): string {
  return text.length > mostLength ? `${text.slice(0, mostLength)} … [line cut]` : text
}

/** PostgreSQL's text holds no zero character, and JSON no half of a surrogate pair. */
export function clean(text: string): string {
  const whole = /[\ud800-\udfff]/.test(text) ? Buffer.from(text, 'utf8').toString('utf8') : text
  return whole.includes('\0') ? whole.replaceAll('\0', '\ufffd') : whole
}

// Continuation bytes of UTF-8 are 10xxxxxx.
function characterBoundary(chunk: Buffer, at: number): number {
  let cut = at
  while (cut > at - 4 && (chunk[cut]! & 0xc0) === 0x80) cut--
  return cut
}
