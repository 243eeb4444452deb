// Times as programs print them, and whether they are to be believed.

/** `isSure`: with its zone. Without one it is read as UTC, in which workloads run unless they say otherwise. */
export type LineTime = { atMs: number; isSure: boolean }

export type Found = LineTime & { /** Characters it takes. */ length: number }

const DATE_TIME = /^(\d{4})[-/](\d\d)[-/](\d\d)[T _](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))? ?(Z\b|UTC\b|GMT\b|[+-]\d\d:?\d\d\b)?/
const APACHE = /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-]\d{4})/
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** The time at the start of a text, or null. */
export function timeAtStart(text: string): Found | null {
  const found = DATE_TIME.exec(text)
  if (found) {
    const [all, year, month, day, hour, minute, second, fraction = '', zone] = found
    return timeOf([+year!, +month!, +day!, +hour!, +minute!, +second!], { fraction, zone }, all.trimEnd().length)
  }
  const [all, day, month, year, hour, minute, second, zone] = APACHE.exec(text) ?? []
  if (all === undefined) return null
  return timeOf([+year!, MONTHS.indexOf(month!) + 1, +day!, +hour!, +minute!, +second!], { fraction: '', zone }, all.length)
}

type Rest = { fraction: string; zone: string | undefined }

function timeOf([year, month, day, hour, minute, second]: [number, number, number, number, number, number], { fraction, zone }: Rest, length: number): Found | null {
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return null
  const utcMs = Date.UTC(year, month - 1, day, hour, minute, second) + Math.floor(Number(`0.${fraction || 0}`) * 1000)
  return { atMs: utcMs - offsetMs(zone), isSure: zone !== undefined, length }
}

function offsetMs(zone: string | undefined): number {
  if (zone === undefined || !/^[+-]/.test(zone)) return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000
}

/** The time in a field of a structured line: a text, or a number of seconds, milli-, micro- or nanoseconds since 1970. */
export function timeOfValue(value: unknown): LineTime | null {
  if (typeof value === 'string') {
    const found = timeAtStart(value)
    if (found) return { atMs: found.atMs, isSure: found.isSure }
    return /^\d{9,19}(\.\d{1,9})?$/.test(value) ? timeOfNumber(Number(value)) : null
  }
  return typeof value === 'number' ? timeOfNumber(value) : null
}

/** Seconds with a fraction are no exact milliseconds. */
const PRECISION_MS = 0.001

function timeOfNumber(value: number): LineTime | null {
  // 1990 to 2100, whichever the unit.
  for (const perMs of [0.001, 1, 1_000, 1_000_000]) {
    const atMs = value / perMs
    if (atMs > 631_152_000_000 && atMs < 4_102_444_800_000) return { atMs: Math.floor(atMs + PRECISION_MS), isSure: true }
  }
  return null
}

const SLACK_MS = 10_000
/** A time without a zone is believed only so near to the reading: it may be of another zone. */
const UNSURE_MS = 120_000
/** What is older by so much tells of another time. */
const OLDEST_MS = 86_400_000

/** The time that a line says, where that is plausible for a program that began then and was read now; else null. */
export function settleTime(time: LineTime | null, { beganMs, readMs }: { beganMs: number; readMs: number }): Date | null {
  if (time === null) return null
  const earliest = time.isSure ? Math.max(beganMs - SLACK_MS, readMs - OLDEST_MS) : readMs - UNSURE_MS
  return time.atMs >= earliest && time.atMs <= readMs + SLACK_MS ? new Date(time.atMs) : null
}
