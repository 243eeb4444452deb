import type { HourOfSeries } from '../db/queries/engine/drain-samples'
import type { MetricName } from '../domain/drain/metric-names'
import type { Column } from '../domain/metric/chunk'
import { SAMPLES } from '../domain/metric/steps'

// Samples of one series in a part of an hour as points.

export type Point = { atMs: number; startMs: number } & ({ value: number } | { counts: number[] })
/** `bounds`: of a histogram, the upper ones of its buckets but the last. */
export type Metric = { name: string; unit: string; description: string; as: MetricName['as'] | 'histogram'; attributes: Record<string, string>; points: Point[]; bounds?: readonly number[] }

const STEP_MS = SAMPLES.seconds * 1_000

/** Which part of an hour is asked for, in milliseconds since 1970, and how counts are told. */
export type Span = { hourMs: number; fromMs: number; untilMs: number; isDelta: boolean; volumeNames: ReadonlyMap<string, string> }

type Slot = { slot: number; atMs: number }

function slotsOf({ hourMs, fromMs, untilMs }: Span): Slot[] {
  const slots: Slot[] = []
  for (let atMs = fromMs; atMs < untilMs; atMs += STEP_MS) slots.push({ slot: (atMs - hourMs) / STEP_MS, atMs: atMs + STEP_MS })
  return slots
}

/** What there was at the end of each step. */
export function levels(samples: Column, span: Span, scale: number): Point[] {
  return slotsOf(span).flatMap(({ slot, atMs }) => (Number.isNaN(samples[slot]!) ? [] : [{ atMs, startMs: span.hourMs, value: samples[slot]! * scale }]))
}

/** Counts at the end of each step in which there is one. */
export function counted(samples: Column, span: Span): { atMs: number; startMs: number; count: number }[] {
  return slotsOf(span).flatMap(({ slot, atMs }) => {
    if (Number.isNaN(samples[slot]!)) return []
    return [span.isDelta ? { atMs, startMs: atMs - STEP_MS, count: samples[slot]! } : { atMs, startMs: span.hourMs, count: sumTo(samples, slot) }]
  })
}

function sumTo(samples: Column, slot: number): number {
  let sum = 0
  for (let i = 0; i <= slot; i++) if (!Number.isNaN(samples[i]!)) sum += samples[i]!
  return sum
}

/** A bucket without a sample had nothing in it where another has one: those that are zero are not stored. `placeOf`: which of `count` buckets something is told in. */
export function histogram(buckets: readonly HourOfSeries[], span: Span, { count, placeOf }: { count: number; placeOf: (bucket: string | null) => number }): Point[] {
  return slotsOf(span).flatMap(({ slot, atMs }) => {
    if (buckets.every(({ samples }) => Number.isNaN(samples[slot]!))) return []
    const counts = Array.from({ length: count }, () => 0)
    for (const { bucket, samples } of buckets) counts[placeOf(bucket)]! += span.isDelta ? samples[slot]! || 0 : sumTo(samples, slot)
    return [{ atMs, startMs: span.isDelta ? atMs - STEP_MS : span.hourMs, counts }]
  })
}
