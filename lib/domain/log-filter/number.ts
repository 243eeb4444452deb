/** Longer ones are not told apart by every computer. */
const MAX_DIGITS = 15

/** The number that a text is; null for none, and for what has zeros before it, which is no number but a name. */
export function numberOf(text: string): number | null {
  return text.length <= MAX_DIGITS && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text) ? Number(text) + 0 : null
}

/** Whether a text is a range of numbers of which one is missing, such as `500..`. */
export function isHalfRange(text: string): boolean {
  const [low = '', high = '', ...more] = text.split('..')
  return more.length === 0 && text.includes('..') && (low === '' ? numberOf(high) !== null : high === '' && numberOf(low) !== null)
}

/** A number as a filter has it: without an exponent. */
export function decimal(value: number): string {
  return value !== 0 && Math.abs(value) < 1e-6 ? value.toFixed(MAX_DIGITS).replace(/0+$/, '') : String(value)
}
