import type { NewLine } from '../../db/queries/engine/log-lines'
import type { Mask } from '../mask'
import { readLine } from './read'
import type { Reading } from './structured'
import { settleTime } from './time'

export type Printed = Pick<NewLine, 'kind' | 'stream' | 'deploymentId' | 'part'>

/** `beganMs`: since when its program runs; null where the times of its lines are not looked at. */
export type ReadAt = { readMs: number; beganMs: number | null }

/** A printed line as it is stored: secrets hidden, and with what it says of itself. */
export function printedLine(about: Printed, text: string, { mask, readMs, beganMs }: ReadAt & { mask: Mask }): NewLine {
  const masked = mask(text)
  const { level, message, attributes, at } = hideAgain(readLine(masked), masked, mask)
  return { ...about, text: masked, level, message, attributes, at: beganMs === null ? new Date(readMs) : settleTime(at, { beganMs, readMs }) }
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
