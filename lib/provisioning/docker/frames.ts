// Output of a container without a terminal: frames of a header (which stream, how many bytes) and that many bytes.

export type Frame = { stream: 'stdout' | 'stderr'; bytes: Buffer }

const HEADER = 8

/** Takes chunks as they come and gives the frames that are complete, in their order. */
export function frameSplitter(): (chunk: Buffer) => Frame[] {
  let rest: Buffer = Buffer.alloc(0)
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const frames: Frame[] = []
    while (rest.length >= HEADER && rest.length >= HEADER + rest.readUInt32BE(4)) {
      const end = HEADER + rest.readUInt32BE(4)
      frames.push({ stream: rest[0] === 2 ? 'stderr' : 'stdout', bytes: rest.subarray(HEADER, end) })
      rest = rest.subarray(end)
    }
    return frames
  }
}
