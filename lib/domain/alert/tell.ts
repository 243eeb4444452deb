// Whether people are told of an alert. It is told once when it fires, again as often as its rule says, and once when it is
// resolved. One that comes and goes is told of at most once in a while.

/** What people were told last of an alert. */
export type Told = { /** Null for nothing. */ last: 'firing' | 'resolved' | null; /** When they were told last that it fires. */ firingAt: number | null }

export type ToldNow = 'firing' | 'still_firing' | 'resolved'

/** After this time an alert that came back is told of again; within it, it is the same one. */
export const QUIET_MS = 15 * 60_000

export type Tellable = { state: 'firing' | 'resolved'; told: Told; /** Null for never. */ repeatMs: number | null; isSilenced: boolean }

/** What to say now; null for nothing. */
export function whatToTell({ state, told, repeatMs, isSilenced }: Tellable, at: number): ToldNow | null {
  if (isSilenced) return null
  if (state === 'resolved') return told.last === 'firing' ? 'resolved' : null
  const sinceMs = told.firingAt === null ? Infinity : at - told.firingAt
  if (told.last !== 'firing') return sinceMs >= QUIET_MS ? 'firing' : null
  return repeatMs !== null && sinceMs >= repeatMs ? 'still_firing' : null
}

/** A silence: until when nobody is told, of one rule or service or all of an environment. */
export type Silence = { ruleKey: string | null; serviceId: string | null; until: number }

/** Whether one of these silences covers an alert. */
export function isSilenced(silences: readonly Silence[], alert: { ruleKey: string; serviceId: string | null }, at: number): boolean {
  return silences.some(({ ruleKey, serviceId, until }) => until > at && (ruleKey === null || ruleKey === alert.ruleKey) && (serviceId === null || serviceId === alert.serviceId))
}
