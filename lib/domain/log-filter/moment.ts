import type { Moment } from './filter'

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const
const ISO = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})?)?$/

/** Reads `1h` or an ISO instant, which is in UTC unless it says otherwise; null for anything else. */
export function readMoment(text: string): Moment | null {
  const [, count, unit] = /^(\d{1,6})(ms|s|m|h|d|w)$/.exec(text) ?? []
  if (count !== undefined) return { agoMs: Number(count) * UNITS[unit as keyof typeof UNITS] }
  if (!ISO.test(text)) return null
  const atMs = Date.parse(/T.*(?:Z|[+-]\d{2}:\d{2})$/.test(text) || !text.includes('T') ? text : `${text}Z`)
  return Number.isNaN(atMs) || atMs < 0 ? null : { atMs }
}

/** The shortest way to write it that says the same. */
export function printMoment(moment: Moment): string {
  if ('atMs' in moment) return new Date(moment.atMs).toISOString()
  // The count has at most six digits, so the greatest unit that divides it is one that can be read again.
  const [unit, ms] = Object.entries(UNITS).findLast(([, each]) => moment.agoMs % each === 0 && moment.agoMs >= each) ?? ['ms', 1]
  return `${moment.agoMs / ms}${unit}`
}

/** The instant that is meant, in milliseconds. */
export function instantOf(moment: Moment, nowMs: number): number {
  return 'atMs' in moment ? moment.atMs : nowMs - moment.agoMs
}
