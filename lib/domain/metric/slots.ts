import { pack, unpack, type Column } from './chunk'
import type { Stored } from './measure'
import { STORED } from './measure'
import { MINUTES, SAMPLES, type Kept } from './steps'

// What is known of one series in each of many steps, whatever their length, in a form that can be added up: more samples of the same step may come
// later, and two series can be put together.

/**
 * `covered`: in which parts of the step something was measured, as bits; 0 where nothing was. A part is as long as the time between
 * two measurements, in steps of a quarter of an hour a minute. Without it, a version that ran the first half of a step and one that ran
 * the other half would look like two that ran all the time.
 */
export type Slots = { covered: Column; count: Column; sum: Column; lowest: Column; highest: Column }

/** How long the parts of a step are that `covered` tells apart. */
export function partSeconds(kept: Kept, measure: Stored): number {
  if (kept.partSeconds !== undefined) return kept.partSeconds
  return kept.seconds > MINUTES.seconds ? MINUTES.seconds : Math.min(kept.seconds, STORED[measure].everySeconds)
}

export function emptySlots(length: number): Slots {
  const column = () => new Float64Array(length)
  return { covered: column(), count: column(), sum: column(), lowest: column().fill(Infinity), highest: column().fill(-Infinity) }
}

/** Where samples are put: in steps of `kept` that begin at `fromMs`. */
export type Place = { kept: Kept; measure: Stored; fromMs: number }

/** Adds one sample; one outside of the slots is left out. */
export function addSample(slots: Slots, { kept, measure, fromMs }: Place, sample: { atMs: number; value: number }): void {
  const stepMs = kept.seconds * 1_000
  const index = Math.floor((sample.atMs - fromMs) / stepMs)
  if (index < 0 || index >= slots.count.length) return
  const part = Math.floor(((sample.atMs - fromMs) % stepMs) / (partSeconds(kept, measure) * 1_000))
  slots.covered[index]! |= 1 << part
  slots.count[index]! += 1
  slots.sum[index]! += sample.value
  slots.lowest[index] = Math.min(slots.lowest[index]!, sample.value)
  slots.highest[index] = Math.max(slots.highest[index]!, sample.value)
}

/** How many parts are covered. */
export function partsIn(covered: number): number {
  let bits = 0
  for (let rest = covered; rest !== 0; rest &= rest - 1) bits++
  return bits
}

/** Packs a chunk of steps that are longer than samples. Only of levels are the lowest and highest kept. */
export function packSlots({ covered, count, sum, lowest, highest }: Slots, measure: Stored): Uint8Array {
  const there = (column: Column) => column.map((value, index) => (covered[index] === 0 ? Number.NaN : value))
  return pack((STORED[measure].kind === 'level' ? [covered, count, sum, lowest, highest] : [covered, sum]).map(there))
}

/** What was packed, of chunks of any steps, added to slots at an offset: those outside of them are left out. */
export function unpackInto(slots: Slots, packed: Uint8Array, { kept, measure, offset }: { kept: Kept; measure: Stored; offset: number }): void {
  const isLevel = STORED[measure].kind === 'level'
  const columns = unpack(packed, { columns: kept === SAMPLES ? 1 : isLevel ? 5 : 2, length: kept.slots })
  const [first] = columns as [Column]
  const isSamples = kept === SAMPLES
  const [counts, sums, lows, highs] = isSamples ? [null, first, first, first] : isLevel ? [columns[1]!, columns[2]!, columns[3]!, columns[4]!] : [null, columns[1]!, null, null]
  for (let i = Math.max(0, -offset); i < Math.min(kept.slots, slots.count.length - offset); i++) {
    if (Number.isNaN(first[i]!)) continue
    const at = i + offset
    slots.covered[at]! |= isSamples ? 1 : first[i]!
    slots.count[at]! += isSamples ? 1 : counts === null ? 0 : counts[i]!
    slots.sum[at]! += sums[i]!
    slots.lowest[at] = Math.min(slots.lowest[at]!, lows === null ? 0 : lows[i]!)
    slots.highest[at] = Math.max(slots.highest[at]!, highs === null ? 0 : highs[i]!)
  }
}

/** Slots put into the longer steps of something else. `first`: which of its `count` steps they begin at. */
export function intoSteps(slots: Slots, measure: Stored, { count, first, from, to }: { count: number; first: number; from: Kept; to: Kept }): Slots {
  const steps = emptySlots(count)
  const perStep = to.seconds / from.seconds
  const [fromPart, toPart] = [partSeconds(from, measure), partSeconds(to, measure)]
  for (let slot = 0; slot < slots.count.length; slot++) {
    const step = first + Math.floor(slot / perStep)
    if (slots.covered[slot] === 0 || step >= count) continue
    const beganSeconds = (slot % perStep) * from.seconds
    for (let bit = 0, rest = slots.covered[slot]!; rest !== 0; bit++, rest >>>= 1) {
      const [begin, end] = [beganSeconds + bit * fromPart, beganSeconds + (bit + 1) * fromPart]
      if (rest & 1) for (let part = Math.floor(begin / toPart); part < Math.min(end, to.seconds) / toPart - 1e-9; part++) steps.covered[step]! |= 1 << part
    }
    steps.count[step]! += slots.count[slot]!
    steps.sum[step]! += slots.sum[slot]!
    steps.lowest[step] = Math.min(steps.lowest[step]!, slots.lowest[slot]!)
    steps.highest[step] = Math.max(steps.highest[step]!, slots.highest[slot]!)
  }
  return steps
}
