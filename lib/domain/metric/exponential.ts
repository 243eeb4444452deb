// Exponential histograms of OpenTelemetry: https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponentialhistogram
// Of scale s the bucket i holds what is above base^i and not above base^(i+1), where base is 2^(2^-s).

/** Buckets of one side. `first`: the index of `counts[0]`. */
export type Exponential = { scale: number; first: number; counts: readonly number[] }

/** Factors of the fourth root of two, as response times are kept: finer ones would be hundreds of series. */
export const FINEST_SCALE = 2

/** The same in coarser buckets, whose scale is not above this one; of a scale that is no finer it is what was given. */
export function coarser({ scale, first, counts }: Exponential, to: number): Exponential {
  if (scale <= to || counts.length === 0) return { scale: Math.min(scale, to), first, counts }
  const factor = 2 ** (scale - to)
  const from = Math.floor(first / factor)
  const sums = Array.from({ length: Math.floor((first + counts.length - 1) / factor) - from + 1 }, () => 0)
  counts.forEach((count, index) => (sums[Math.floor((first + index) / factor) - from]! += count))
  return { scale: to, first: from, counts: sums }
}

/** The bounds of a bucket, of which the upper one belongs to it. 17 digits would tell the same bucket apart by how it was reckoned. */
export function exponentialBounds(scale: number, index: number): { lower: number; upper: number } {
  const bound = (at: number) => Number((2 ** (at * 2 ** -scale)).toPrecision(6))
  return { lower: bound(index), upper: bound(index + 1) }
}
