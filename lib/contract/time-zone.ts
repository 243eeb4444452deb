import { z } from 'zod'

/** IANA name, such as `Europe/Zurich`. */
export const TimeZone = z.string().trim().max(100).refine(isTimeZone, 'Must be the name of a time zone, such as Europe/Zurich or UTC.')

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
