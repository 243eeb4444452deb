import { splitChunk } from '../split-chunk'
import { joinTraces } from './join'

// What a piece of captured output has for lines: cut at line ends, traces joined. Where a trace may go on, its beginning waits
// for the rest with its bytes unread, so a worker that dies meanwhile loses nothing and repeats nothing.

/** A trace that may go on is waited for until its program was silent for so long. */
const HOLD_MS = 300
/** A last line without its end is shown after this much silence. */
const PARTIAL_AFTER_MS = 1_000

export type PieceOptions = {
  /** Nothing follows the piece in its file yet. */
  isLast: boolean
  /** Its program has ended. */
  isFinal: boolean
  /** How long nothing was printed. */
  silentMs: number
  mostLines?: number
}

/** The lines of a piece, and how many bytes they take; the rest is read again. */
export function cutPiece(piece: Buffer, { isLast, isFinal, silentMs, mostLines = Number.POSITIVE_INFINITY }: PieceOptions): { lines: string[]; consumed: number } {
  const isWhole = isLast && (isFinal || silentMs >= PARTIAL_AFTER_MS)
  const { lines, ends, consumed } = splitChunk(piece, isWhole, mostLines)
  const groups = joinTraces(lines)
  const last = groups.at(-1)
  if (!last) return { lines, consumed }
  const isCutShort = !isLast || lines.length >= mostLines
  // One that fills the piece by itself is not waited for.
  const isHeld = isCutShort ? groups.length > 1 : !isWhole && last.isOpen && silentMs < HOLD_MS
  const kept = isHeld ? groups.slice(0, -1) : groups
  return { lines: kept.map(({ from, to }) => (to - from === 1 ? lines[from]! : lines.slice(from, to).join('\n'))), consumed: isHeld ? (kept.length === 0 ? 0 : ends[last.from - 1]!) : consumed }
}
