const MIB = 1024 * 1024
/** Stores want no part but the last to be smaller than 5 MiB. */
const FIRST_BYTES = 8 * MIB
const LAST_BYTES = 64 * MIB
const OF_ONE_SIZE = 100
/** No store takes more of them. */
export const MAX_PARTS = 10_000

/**
 * How large a part is, from 0. Nobody knows before how long a content will be, stores take only so many parts, and each is held in
 * memory while it is sent: so they begin small and grow.
 */
export function partBytes(index: number): number {
  return Math.min(LAST_BYTES, FIRST_BYTES * 2 ** Math.floor(index / OF_ONE_SIZE))
}

/** Cuts a content into parts. There is always one, which may be empty. */
export async function* inParts(content: AsyncIterable<Buffer>, sizeOf: (index: number) => number = partBytes): AsyncGenerator<Buffer> {
  let index = 0
  let held: Buffer[] = []
  let bytes = 0
  for await (const chunk of content) {
    let rest = chunk
    while (bytes + rest.length > sizeOf(index)) {
      const fits = sizeOf(index) - bytes
      yield Buffer.concat([...held, rest.subarray(0, fits)])
      rest = rest.subarray(fits)
      index++
      held = []
      bytes = 0
    }
    held.push(rest)
    bytes += rest.length
  }
  yield Buffer.concat(held)
}
