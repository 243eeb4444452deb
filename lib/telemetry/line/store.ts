import type { NewLine } from '../../db/queries/engine/log-lines'
import type { Mask } from '../mask'
import { readLine } from './read'
import type { Reading } from './structured'
import { settleTime } from './time'

export type Printed = Pick<NewLine, 'kind' | 'stream' | 'deploymentId' | 'part'>

/** `beganMs`: since when its program runs; null where the times of its lines are not looked at. */
export type ReadAt = { readMs: number; beganMs: number | null }

/** A printed line as it is stored: secrets hidden, and with what it says of itself. */
export function printedLine(about: Printed, text: string, read: ReadAt & { mask: Mask }): NewLine {
  return lineWithTime(about, text, read).line
}

/** Lines of which none says when it was printed are told after so many that they were read now. */
const MOST_WAITING = 200
/** A line that does not say when was printed with the one before it, unless that speaks of another time. */
const NEAR_MS = 120_000

/**
 * Lines that were printed one after the other, and read at once. One that does not say when bears the time of the one before it that does (at the beginning, of the first
 * that does): it would otherwise be told to be of the moment of reading, and stand after lines that were printed later.
 */
export function* printedLines(about: Printed, texts: Iterable<string>, read: ReadAt & { mask: Mask }): Generator<NewLine> {
  let near: Date | null = null
  let waiting: NewLine[] = []
  for (const text of texts) {
    const { line, isOwn } = lineWithTime(about, text, read)
    if (isOwn) {
      near = Math.abs(read.readMs - line.at.getTime()) <= NEAR_MS ? line.at : null
      for (const each of waiting) yield { ...each, at: near ?? each.at }
      waiting = []
      yield line
    } else if (near !== null) yield { ...line, at: near }
    else if (read.beganMs === null || waiting.length >= MOST_WAITING) yield* [...waiting.splice(0), line]
    else waiting.push(line)
  }
  yield* waiting
}

function lineWithTime(about: Printed, text: string, { mask, readMs, beganMs }: ReadAt & { mask: Mask }): { line: NewLine; /** Its time is the one that it says. */ isOwn: boolean } {
  const masked = mask(text)
  const { level, message, attributes, at } = hideAgain(readLine(masked), masked, mask)
  const own = beganMs === null ? null : settleTime(at, { beganMs, readMs })
  return { line: { ...about, text: masked, level, message, attributes, at: own ?? new Date(readMs) }, isOwn: own !== null }
}

/** What was written with escapes may be a secret only now that it is read. */
function hideAgain(reading: Reading, text: string, mask: Mask): Reading {
  if (!text.includes('\\')) return reading
  const { message, attributes } = reading
  return { ...reading, message: message && mask(message), attributes: attributes && maskAttributes(attributes, mask) }
}

/** The same without secrets; null where that leaves nothing that can be read. */
export function maskAttributes(attributes: Record<string, unknown>, mask: Mask): Record<string, unknown> | null {
  const before = JSON.stringify(attributes)
  const after = mask(before)
  if (after === before) return attributes
  try {
    return JSON.parse(after) as Record<string, unknown>
  } catch {
    // A secret with a quote of its own may have been cut amid the signs around it.
    return null
  }
}
