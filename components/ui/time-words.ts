const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const STEPS: readonly [below: number, unit: number, word: string][] = [
  [HOUR, MINUTE, 'min'],
  [DAY, HOUR, 'h'],
  [30 * DAY, DAY, 'd'],
  [365 * DAY, 30 * DAY, 'mo'],
  [Number.POSITIVE_INFINITY, 365 * DAY, 'y'],
]

/** `just now`, `12 s ago`, `3 min ago`, `in 6 d`. Times a few seconds ahead (clocks differ) count as now. */
export function relativeWords(thenMs: number, nowMs: number): string {
  const age = nowMs - thenMs
  const distance = Math.abs(age)
  if (distance < 5 * SECOND) return 'just now'
  const words = distance < MINUTE ? `${Math.floor(distance / SECOND)} s` : inSteps(distance)
  return age > 0 ? `${words} ago` : `in ${words}`
}

function inSteps(distance: number): string {
  const [, unit, word] = STEPS.find(([below]) => distance < below)!
  return `${Math.floor(distance / unit)} ${word}`
}

/** `0:07`, `12:30`, `1:02:03`: for something that is running, so the width never jumps. */
export function clockWords(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / SECOND))
  const two = (value: number) => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}

/** `340 ms`, `4.2 s`, `42 s`, `3 min 20 s`, `2 h 5 min`: for something that is over. */
export function durationWords(ms: number): string {
  if (ms < SECOND) return `${Math.max(0, Math.round(ms))} ms`
  if (ms < 10 * SECOND) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min ${Math.floor((ms % MINUTE) / SECOND)} s`
  return `${Math.floor(ms / HOUR)} h ${Math.floor((ms % HOUR) / MINUTE)} min`
}

/** The exact time in the reader's own zone. */
export function exactWords(at: string): string {
  return new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'long' })
}
