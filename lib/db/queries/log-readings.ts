import type { Candidate } from '../../domain/log-block/may-match'
import type { makeOutlines } from './log-outlines'
import { fewerLines, moreLines, nextLength, nextSlice, restAfter, shorterLength, type Rest, type Slice } from './log-slices'
import type { Span } from './log-spans'

// What of a window is read next, and how: all lines of a time in their order, those that an index on words finds, or the blocks of it that outlines
// do not leave out.

/** `spans`: what is read, in the direction of reading; null for all of it. `lines`: how many those have. */
export type Reading = Slice & { spans: readonly Span[] | null; lines: number }

export type Means = {
  /** How long a time may be that is read in order. */
  lengthMs: number
  /** How many lines of blocks may be read at once. */
  atOnce: number
  /** What has an index on words that is worth asking. */
  words: readonly Span[]
  outlines: ReturnType<typeof makeOutlines> | null
  costs: Costs
}

/** What asking an index on words takes, of one time that has one, and what reading a line of a block does. */
export type Costs = { wordsMs: number; lineMs: number }

/** As they are taken to be until both were seen. */
export const COSTS: Costs = { wordsMs: 10, lineMs: 0.002 }
/** Of fewer lines, what it took says nothing of each. */
const TELLING_LINES = 2_000

/** What is read next. */
export async function nextReading(rest: Rest, { lengthMs, atOnce, words, outlines, costs }: Means): Promise<Reading> {
  const slice = nextSlice(rest, lengthMs, words)
  if (outlines === null) return { ...slice, spans: null, lines: 0 }
  const blocks = await blocksOf(rest, { atOnce, outlines })
  if (blocks === null) return { ...(slice.isIndexed ? slice : upTo(slice, rest, outlines.edge(rest))), spans: null, lines: 0 }
  // Of as long a time as the index is of.
  const toRead = (blocks.toRead * (slice.untilMs - slice.fromMs)) / (blocks.span.untilMs - blocks.span.fromMs)
  if (slice.isIndexed && toRead * costs.lineMs > costs.wordsMs) return { ...slice, spans: null, lines: 0 }
  return { ...blocks.span, isIndexed: false, spans: blocks.spans, lines: blocks.toRead }
}

/** The blocks that have to be read from here on, of so many lines; null where there are no outlines. */
async function blocksOf(rest: Rest, { atOnce, outlines }: { atOnce: number; outlines: NonNullable<Means['outlines']> }): Promise<{ span: Span; spans: Span[]; toRead: number } | null> {
  const spans: Span[] = []
  let toRead = 0
  let left: Rest | null = rest
  while (left !== null && toRead < atOnce) {
    const outlined = await outlines.at(left)
    if (outlined === null) break
    let isFull = false
    for (const candidate of within(outlined.candidates, left)) {
      isFull = toRead > 0 && toRead + candidate.lines > atOnce
      if (isFull) {
        left = rest.isOlder ? { ...left, untilMs: candidate.untilMs } : { ...left, fromMs: candidate.fromMs }
        break
      }
      toRead += candidate.lines
      push(spans, candidate, rest.isOlder)
    }
    if (isFull) break
    left = restAfter(left, rest.isOlder ? { fromMs: Math.max(left.fromMs, outlined.fromMs), untilMs: left.untilMs, isIndexed: false } : { fromMs: left.fromMs, untilMs: Math.min(left.untilMs, outlined.untilMs), isIndexed: false })
  }
  const span = rest.isOlder ? { fromMs: left?.untilMs ?? rest.fromMs, untilMs: rest.untilMs } : { fromMs: rest.fromMs, untilMs: left?.fromMs ?? rest.untilMs }
  return span.fromMs < span.untilMs ? { span, spans, toRead } : null
}

/** What of these is left to be read, in the direction of reading. */
function within(candidates: readonly Candidate[], { fromMs, untilMs, isOlder }: Rest): Candidate[] {
  const left = candidates.map((each) => ({ ...each, fromMs: Math.max(fromMs, each.fromMs), untilMs: Math.min(untilMs, each.untilMs) })).filter((each) => each.fromMs < each.untilMs)
  return isOlder ? left.reverse() : left
}

/** Blocks that follow each other are read as one. */
function push(spans: Span[], { fromMs, untilMs }: Span, isOlder: boolean): void {
  const last = spans.at(-1)
  if (last !== undefined && (isOlder ? last.fromMs === untilMs : last.untilMs === fromMs)) spans[spans.length - 1] = { fromMs: Math.min(last.fromMs, fromMs), untilMs: Math.max(last.untilMs, untilMs) }
  else spans.push({ fromMs, untilMs })
}

function upTo(slice: Slice, { isOlder }: Rest, edge: number | null): Slice {
  if (edge === null) return slice
  return isOlder ? { ...slice, fromMs: Math.max(slice.fromMs, edge) } : { ...slice, untilMs: Math.min(slice.untilMs, edge) }
}

/** Makes the next reading as long as is likely to take a moment, by how long this one took. */
export function adapt(means: Means, { fromMs, untilMs, isIndexed, spans, lines }: Reading, tookMs: number): void {
  if (spans !== null) {
    if (spans.length > 0) means.atOnce = moreLines(means.atOnce, tookMs)
    if (lines >= TELLING_LINES) means.costs = { ...means.costs, lineMs: tookMs / lines }
  } else if (isIndexed) means.costs = { ...means.costs, wordsMs: tookMs }
  else means.lengthMs = nextLength(untilMs - fromMs, tookMs)
}

/** After a reading that took too long; false when it cannot be much shorter. */
export function makeShorter(means: Means, { fromMs, untilMs, isIndexed, spans }: Reading): boolean {
  if (spans !== null) {
    const fewer = fewerLines(means.atOnce)
    means.atOnce = fewer ?? means.atOnce
    return fewer !== null
  }
  // So many lines that it is better to read them in order, or so many that fewer have to be read at once.
  const shorter = shorterLength(untilMs - fromMs)
  if (shorter === null) return false
  if (isIndexed) means.words = []
  means.lengthMs = shorter
  return true
}
