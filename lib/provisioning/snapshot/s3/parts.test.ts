import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { inParts, MAX_PARTS, partBytes } from './parts'

const MIB = 1024 * 1024

async function* chunks(sizes: readonly number[]): AsyncGenerator<Buffer> {
  let next = 0
  for (const size of sizes) yield Buffer.from(Array.from({ length: size }, () => next++ % 251))
}

describe('parts', () => {
  it('are all of the content in its order, each as large as it is to be, but the last', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(50)), fc.integer({ min: 1, max: 40 }), async (sizes, first) => {
        const sizeOf = (index: number) => first + index
        const found: Buffer[] = []
        for await (const part of inParts(chunks(sizes), sizeOf)) found.push(part)
        const whole: Buffer[] = []
        for await (const chunk of chunks(sizes)) whole.push(chunk)
        expect(Buffer.concat(found).equals(Buffer.concat(whole))).toBe(true)
        expect(found.slice(0, -1).map(({ length }) => length)).toEqual(found.slice(0, -1).map((_, index) => sizeOf(index)))
        expect(found.at(-1)!.length).toBeLessThanOrEqual(sizeOf(found.length - 1))
      }),
      { numRuns: 200 },
    )
  })

  it('are one, empty, of nothing', async () => {
    const found: Buffer[] = []
    for await (const part of inParts(chunks([]))) found.push(part)
    expect(found.map(({ length }) => length)).toEqual([0])
  })

  it('are never smaller than stores want them, never larger than memory is given, and enough for half a terabyte', () => {
    const sizes = Array.from({ length: MAX_PARTS }, (_, index) => partBytes(index))
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(5 * MIB)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(64 * MIB)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeGreaterThan(512 * 1024 * MIB)
  })
})
