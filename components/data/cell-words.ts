import type { DataCell } from '@/lib/contract/data'

/** A cell in one line. */
export function inLine(cell: Exclude<DataCell, null>): string {
  const text = Array.isArray(cell) ? `${cell[0]}…` : cell
  return text.replace(/\r?\n/g, '⏎').replace(/\t/g, '→')
}

export function looksLikeJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** JSON on lines of its own, unless a number in it would become another one. */
export function prettyText(text: string, isJson: boolean): string {
  if (!isJson) return text
  try {
    const value: unknown = JSON.parse(text)
    // The same but for the spaces between: nothing was rounded.
    return withoutSpaces(text) === JSON.stringify(value) ? JSON.stringify(value, null, 2) : text
  } catch {
    return text
  }
}

function withoutSpaces(json: string): string {
  return json.replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_, text: string | undefined) => text ?? '')
}

const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 2 })

/** How many rows a table has, `~` where the engine guesses. */
export function countWords({ rows, isEstimate }: { rows: number | null; isEstimate: boolean }): string {
  if (rows === null) return ''
  return isEstimate ? `~${SHORT.format(rows)}` : rows.toLocaleString('en')
}
