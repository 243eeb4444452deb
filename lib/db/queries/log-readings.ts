import type { Candidate } from '../../domain/log-block/may-match'
import type { makeOutlines } from './log-outlines'
import { fewerLines, moreLines, nextLength, nextSlice, restAfter, shorterLength, type Rest, type Slice } from './log-slices'
import type { Span } from './log-spans'

// What of a window is read next, and how: all lines of a time in their order, those that an index on words finds, or the blocks of it that outlines
// do not leave out.

/** `spans`: what is read, in the direction of reading; null for all of it. */
export type Reading = Slice & { spans: readonly Span[] | null }

export type Means = {
  /** How long a time may be that is read in order. */
  lengthMs: number
  /** How many lines of blocks may be read at once. */
  atOnce: number
  /** What has an index on words that is worth asking. */
  words: readonly Span[]
  outlines: ReturnType<typeof makeOutlines> | null
  /** What asking an index on words takes, of one time that has one. */
  wordsMs: number
}

/** What asking an index on words is taken to take, until one was asked. */
export const WORDS_MS = 10
/** What reading a line takes, about. */
const LINE_MS = 0.002

/** What is read next. */
export async function nextReading(rest: Rest, { lengthMs, atOnce, words, outlines, wordsMs }: Means): Promise<Reading> {
  const slice = nextSlice(rest, lengthMs, words)
  if (outlines === null) return { ...slice, spans: null }
  const blocks = await blocksOf(rest, { atOnce, outlines })
  if (blocks === null) return { ...(slice.isIndexed ? slice : upTo(slice, rest, outlines.edge(rest))), spans: null }
  const share = Math.min(1, (blocks.span.untilMs - blocks.span.fromMs) / (slice.untilMs - slice.fromMs))
  if (slice.isIndexed && (blocks.toRead * LINE_MS) / share > wordsMs) return { ...slice, spans: null }
  return { ...blocks.span, isIndexed: false, spans: blocks.spans }
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
export function adapt(means: Means, { fromMs, untilMs, isIndexed, spans }: Reading, tookMs: number): void {
  if (spans !== null) means.atOnce = spans.length === 0 ? means.atOnce : moreLines(means.atOnce, tookMs)
  else if (isIndexed) means.wordsMs = tookMs
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
