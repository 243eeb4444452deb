import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { pack, unpack } from './chunk'

const column = (values: readonly (number | null)[]) => Float64Array.from(values, (value) => value ?? Number.NaN)
const trip = (...columns: (number | null)[][]) => unpack(pack(columns.map(column)), { columns: columns.length, length: columns[0]!.length }).map((each) => Array.from(each, (value) => (Number.isNaN(value) ? null : value)))

const anyValue = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 2_000 }) }, fc.maxSafeInteger(), fc.constantFrom(0, 2 ** 49 - 1, 1 - 2 ** 49, 2 ** 49), fc.double({ noNaN: true, noDefaultInfinity: true }))
const anyColumn = (length: number) => fc.array(fc.option(anyValue, { freq: 5 }), { minLength: length, maxLength: length })

describe('a chunk', () => {
  it('gives back what was packed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 50 }).chain((length) => fc.tuple(anyColumn(length), anyColumn(length), anyColumn(length))), (columns) => {
        expect(trip(...columns)).toEqual(columns)
      }),
    )
  })

  it('takes little for what does not change, for pages of memory, and for nothing', () => {
    const size = (values: (number | null)[]) => pack([column(values)]).length
    expect(size(Array<null>(360).fill(null))).toBe(1)
    expect(size(Array<number>(360).fill(0))).toBeLessThan(10)
    expect(size(Array<number>(360).fill(734_003_200))).toBeLessThan(20)
    expect(size(Array.from({ length: 360 }, (_, index) => 734_003_200 + ((index * 7) % 11) * 4096))).toBeLessThan(400)
  })

  it('tells what is cut off or longer than it should be', () => {
    const packed = pack([column([1, 500, 3.5])])
    for (let length = 0; length < packed.length; length++) expect(() => unpack(packed.slice(0, length), { columns: 1, length: 3 })).toThrow(RangeError)
    expect(() => unpack(Uint8Array.from([...packed, 0]), { columns: 1, length: 3 })).toThrow(RangeError)
    expect(() => unpack(packed, { columns: 1, length: 2 })).toThrow(RangeError)
  })
})
