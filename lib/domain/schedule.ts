import { Cron } from 'croner'

// When a cron service runs. Five fields (minute, hour, day of month, month, day of week) or a word such as `@daily`, in
// a time zone. An hour that a clock change skips runs at the next valid time; one that it repeats runs once.

/** A sixth field would be seconds; what runs several times a minute would be another kind of service. */
const FIELDS = 5

/** Why a schedule cannot be used, as a sentence; null when it can. */
export function scheduleComplaint(schedule: string): string | null {
  const fields = schedule.trim().split(/\s+/)
  if (!schedule.startsWith('@') && fields.length !== FIELDS) {
    return `A schedule has five fields (minute, hour, day of month, month, day of week), such as "0 3 * * *"; "${schedule}" has ${fields.length}.`
  }
  try {
    const next = new Cron(schedule, { timezone: 'UTC' }).nextRun()
    return next === null ? `"${schedule}" never comes due.` : null
  } catch {
    return `"${schedule}" is not a schedule. Give five fields, such as "0 3 * * *" for every night at three.`
  }
}

/** The first time after `after` at which it is due; null when there is none. */
export function nextDue(schedule: string, timeZone: string, after: Date): Date | null {
  return new Cron(schedule, { timezone: timeZone }).nextRun(after)
}

/** The next times after `after` at which it is due, at most so many. */
export function nextDues(schedule: string, timeZone: string, { after, count }: { after: Date; count: number }): Date[] {
  return new Cron(schedule, { timezone: timeZone }).nextRuns(count, after)
}

/** The last time up to and including `until` at which it was due; null when that lies before `after` or there is none. */
export function lastDue(schedule: string, timeZone: string, window: { after: Date; until: Date }): Date | null {
  const [last] = new Cron(schedule, { timezone: timeZone }).previousRuns(1, new Date(window.until.getTime() + 1))
  return last && last > window.after ? last : null
}
