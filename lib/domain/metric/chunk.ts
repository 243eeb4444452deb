// Many numbers of one thing, as few bytes. Columns follow each other; one is a list of runs (so many are missing, so many are
// there), then what is there. Measured things are mostly whole numbers that differ little from the one before and are multiples of a page or of
// nothing changing: so a column of whole numbers is their greatest common divisor, then differences in units of it, of which those that are 0
// are counted. Others are kept as they are, eight bytes each.
//
//   column   = count of runs, (missing, there)…, kind, values
//   kind 0   = divisor, tokens: even: twice the zigzag of a difference; odd: twice a count of equal values, plus 1
//   kind 1   = float64, little endian
//   numbers  = base 128, the lowest digits first

/** Missing values are NaN. */
export type Column = Float64Array

/** Differences of such numbers, times four, are exact. */
const LARGEST = 2 ** 49
const WHOLE = 0
const AS_IT_IS = 1

/** Packs columns of one length. */
export function pack(columns: readonly Column[]): Uint8Array {
  const out = new Writer()
  for (const column of columns) packColumn(out, column)
  return out.bytes()
}

/** What was packed, as columns of this length. Throws when it is cut off or was never packed. */
export function unpack(packed: Uint8Array, shape: { columns: number; length: number }): Column[] {
  const from = new Reader(packed)
  const columns = Array.from({ length: shape.columns }, () => unpackColumn(from, shape.length))
  from.end()
  return columns
}

function packColumn(out: Writer, column: Column): void {
  const runs: number[] = []
  const there: number[] = []
  for (let i = 0; i < column.length; ) {
    const start = i
    while (i < column.length && Number.isNaN(column[i]!)) i++
    const first = i
    while (i < column.length && !Number.isNaN(column[i]!)) there.push(column[i++]!)
    if (i > first) runs.push(first - start, i - first)
  }
  out.number(runs.length / 2)
  for (const run of runs) out.number(run)
  if (there.length > 0) packValues(out, there)
}

function packValues(out: Writer, values: readonly number[]): void {
  if (!values.every((value) => Number.isInteger(value) && Math.abs(value) < LARGEST && !Object.is(value, -0))) {
    out.number(AS_IT_IS)
    for (const value of values) out.float(value)
    return
  }
  const divisor = values.reduce(divisorOf, 0) || 1
  out.number(WHOLE)
  out.number(divisor)
  let former = 0
  let equal = 0
  for (const value of values) {
    const difference = value / divisor - former
    if (difference === 0) {
      equal++
      continue
    }
    if (equal > 0) out.number(equal * 2 + 1)
    equal = 0
    out.number((difference > 0 ? difference * 2 : -difference * 2 - 1) * 2)
    former += difference
  }
  if (equal > 0) out.number(equal * 2 + 1)
}

function unpackColumn(from: Reader, length: number): Column {
  const column = new Float64Array(length).fill(Number.NaN)
  const runs = Array.from({ length: from.number() * 2 }, () => from.number())
  if (runs.length === 0) return column
  const next = valuesOf(from)
  let i = 0
  for (let run = 0; run < runs.length; run += 2) {
    i += runs[run]!
    const end = i + runs[run + 1]!
    if (end > length) throw new RangeError('More is packed than fits.')
    for (; i < end; i++) column[i] = next()
  }
  return column
}

/** Reads one value with each call. */
function valuesOf(from: Reader): () => number {
  if (from.number() === AS_IT_IS) return () => from.float()
  const divisor = from.number()
  let units = 0
  let equal = 0
  return () => {
    if (equal === 0) {
      const token = from.number()
      if (token % 2 === 1) equal = (token - 1) / 2
      else {
        const zigzag = token / 2
        units += zigzag % 2 === 1 ? -(zigzag + 1) / 2 : zigzag / 2
        return units * divisor
      }
    }
    equal--
    return units * divisor
  }
}

function divisorOf(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)]
  while (y !== 0) [x, y] = [y, x % y]
  return x
}

class Writer {
  #bytes = new Uint8Array(512)
  #length = 0

  number(value: number): void {
    this.#need(8)
    let rest = value
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest % 128) + 128
      rest = Math.floor(rest / 128)
    }
    this.#bytes[this.#length++] = rest
  }

  float(value: number): void {
    this.#need(8)
    new DataView(this.#bytes.buffer).setFloat64(this.#length, value, true)
    this.#length += 8
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  #need(more: number): void {
    if (this.#length + more <= this.#bytes.length) return
    const larger = new Uint8Array(this.#bytes.length * 2)
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}

class Reader {
  #at = 0

  constructor(private readonly packed: Uint8Array) {}

  number(): number {
    let value = 0
    for (let unit = 1; ; unit *= 128) {
      const byte = this.packed[this.#at++]
      if (byte === undefined) throw new RangeError('What is packed is cut off.')
      value += (byte & 127) * unit
      if (byte < 128) return value
    }
  }

  float(): number {
    if (this.#at + 8 > this.packed.length) throw new RangeError('What is packed is cut off.')
    const value = new DataView(this.packed.buffer, this.packed.byteOffset).getFloat64(this.#at, true)
    this.#at += 8
    return value
  }

  end(): void {
    if (this.#at !== this.packed.length) throw new RangeError('More is packed than is known.')
  }
}
