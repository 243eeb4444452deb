import type { Readable } from 'node:stream'

// Output of a container without a terminal: frames of a header (which stream, how many bytes) and that many bytes.

export type Frame = { stream: 'stdout' | 'stderr'; bytes: Buffer }

const HEADER = 8

/** Frames in the order they come. A frame that is cut off by the end is left out. */
export async function* readFrames(body: Readable): AsyncGenerator<Frame> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of body as AsyncIterable<Buffer>) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (;;) {
      if (rest.length < HEADER) break
      const length = rest.readUInt32BE(4)
      if (rest.length < HEADER + length) break
      yield { stream: rest[0] === 2 ? 'stderr' : 'stdout', bytes: rest.subarray(HEADER, HEADER + length) }
      rest = rest.subarray(HEADER + length)
    }
  }
}
