import { keptPercentile } from '../latency-histogram'
import type { Column } from './chunk'
import { spreadOf } from './spread'
import type { Reading } from './measure'
import { partsIn, type Slots } from './slots'

// Points of a chart, from what is kept of the series that make one line of it.

/** A series of a line. `bucket`: of latency, its upper bound. `isMinus`: it is taken away from the others, as misses from lookups. */
export type Member = { slots: Slots; bucket: string | null; isMinus: boolean }

export type Question = {
  reading: Reading
  take: 'mean' | 'highest' | 'lowest'
  /** How many slots make a step, and how many steps there are. */
  perStep: number
  count: number
  /** How long a covered part is. */
  partSeconds: number
}

/** One point for each step; null where nothing was measured. `covers`: what says when it was measured. */
export function pointsOf(members: readonly Member[], covers: readonly Column[], question: Question): (number | null)[] {
  const { perStep, count } = question
  const minus = members.filter(({ isMinus }) => isMinus)
  // One for all of them: there are thousands of points.
  const step: Step = { question, covered: union(covers, perStep * count), minus, plus: minus.length === 0 ? members : members.filter(({ isMinus }) => !isMinus), from: 0, until: 0 }
  const points: (number | null)[] = []
  for (let at = 0; at < count; at++) {
    step.from = at * perStep
    step.until = step.from + perStep
    points.push(pointOf(members, step))
  }
  return points
}

/** `plus` and `minus`: the members that are not taken away, and those that are. */
type Step = { question: Question; covered: Column; plus: readonly Member[]; minus: readonly Member[]; from: number; until: number }

function pointOf(members: readonly Member[], step: Step): number | null {
  const { from, until, covered } = step
  const { reading, take, partSeconds } = step.question
  let parts = 0
  for (let i = from; i < until; i++) parts += partsIn(covered[i]!)
  if (parts === 0) return null
  switch (reading.how) {
    case 'level':
      return take === 'mean' ? meanOf(members, step) / parts : extremeOf(members, step)
    case 'rate':
      return sumOf(members, step) / (parts * partSeconds)
    case 'increase':
      return sumOf(members, step)
    case 'hits': {
      const lookups = sumOf(step.plus, step)
      const misses = sumOf(step.minus, step)
      return lookups <= 0 ? null : Math.max(0, Math.min(1, 1 - misses / lookups))
    }
    case 'quantile':
      return keptPercentile(bucketsOf(members, step), reading.share)
    case 'spread':
      return spreadOf(members.map((member) => ({ bounds: member.bucket ?? '', count: sumOf([member], step) })), reading.share)
  }
}

/** The mean of each series in a slot, for as long as it was there. */
function meanOf(members: readonly Member[], { from, until }: Step): number {
  let total = 0
  for (const { slots } of members) for (let i = from; i < until; i++) if (slots.covered[i] !== 0) total += (slots.sum[i]! / slots.count[i]!) * partsIn(slots.covered[i]!)
  return total
}

function extremeOf(members: readonly Member[], { from, until, question: { take }, covered }: Step): number {
  const side = take === 'highest' ? 'highest' : 'lowest'
  let found = take === 'highest' ? -Infinity : Infinity
  for (let i = from; i < until; i++) {
    if (covered[i] === 0) continue
    const together = members.reduce((sum, { slots }) => (slots.covered[i] === 0 ? sum : sum + slots[side][i]!), 0)
    found = take === 'highest' ? Math.max(found, together) : Math.min(found, together)
  }
  return found
}

function sumOf(members: readonly Member[], { from, until }: Step): number {
  let total = 0
  for (const { slots } of members) for (let i = from; i < until; i++) total += slots.sum[i]!
  return total
}

/** Answers by the upper bound of their bucket. */
function bucketsOf(members: readonly Member[], step: Step): [boundMs: number, count: number][] {
  return members.map((member) => [Number(member.bucket), sumOf([member], step)])
}

/** Where any of them covers. */
export function union(covers: readonly Column[], length: number): Column {
  const all = new Float64Array(length)
  for (const cover of covers) for (let i = 0; i < length; i++) all[i]! |= cover[i]!
  return all
}
