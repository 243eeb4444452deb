import { StringDecoder } from 'node:string_decoder'

/** A line that is longer is cut into pieces of this many characters, so that memory stays bounded. */
export const MAX_LINE_LENGTH = 1024 * 1024

export type LineSplitter = {
  write(chunk: Uint8Array): void
  /** Hands over what is left without a line break. */
  end(): void
}

/** Turns bytes into lines: UTF-8, broken at \n or \r\n; after a lone \r only what a terminal would still show is kept. */
export function splitLines(onLine: (text: string) => void, maxLength: number = MAX_LINE_LENGTH): LineSplitter {
  const decoder = new StringDecoder('utf8')
  // Pieces rather than one growing text: a long line that arrives in many chunks is joined once.
  let pieces: string[] = []
  let length = 0

  const finish = () => {
    onLine(asShown(pieces.join('')))
    pieces = []
    length = 0
  }
  const add = (text: string) => {
    let rest = text
    while (length + rest.length > maxLength) {
      const room = maxLength - length
      pieces.push(rest.slice(0, room))
      rest = rest.slice(room)
      finish()
    }
    if (rest) pieces.push(rest)
    length += rest.length
  }
  const take = (text: string) => {
    let from = 0
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      add(text.slice(from, at))
      finish()
      from = at + 1
    }
    add(text.slice(from))
  }

  return {
    write: (chunk) => take(decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))),
    end: () => {
      take(decoder.end())
      if (length > 0) finish()
    },
  }
}

/** The last non-empty piece between carriage returns: how a progress bar looks when it is done. */
function asShown(line: string): string {
  if (!line.includes('\r')) return line
  return line.split('\r').findLast((piece) => piece !== '') ?? ''
}
