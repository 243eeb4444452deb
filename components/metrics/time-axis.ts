const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const STEPS = [10 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 30 * DAY]
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** How far a clock on the wall is ahead of UTC at a moment, in milliseconds. */
export type Offset = (atMs: number) => number

/** Of the reader's own zone. */
export const hereOffset: Offset = (atMs) => -new Date(atMs).getTimezoneOffset() * MINUTE

export type TimeTick = { atMs: number; words: string }

/** Round times of the reader's clock within a window, `most` of them or fewer. */
export function timeTicks({ fromMs, untilMs }: { fromMs: number; untilMs: number }, most: number, offset: Offset = hereOffset): TimeTick[] {
  const step = STEPS.find((each) => (untilMs - fromMs) / each <= most) ?? STEPS.at(-1)!
  const ticks: TimeTick[] = []
  const wallStart = fromMs + offset(fromMs)
  for (let wall = Math.ceil(wallStart / step) * step; ticks.length <= most; wall += step) {
    const atMs = wall - offset(wall - offset(fromMs))
    if (atMs > untilMs) break
    ticks.push({ atMs, words: tickWords(wall, step) })
  }
  return ticks
}

/** The day where it begins, the time elsewhere. */
function tickWords(wall: number, step: number): string {
  return step >= DAY || wall % DAY === 0 ? dayWords(wall) : timeWords(wall, step < MINUTE)
}

const two = (value: number) => String(value).padStart(2, '0')
const dayWords = (wall: number) => `${new Date(wall).getUTCDate()} ${MONTHS[new Date(wall).getUTCMonth()]}`

function timeWords(wall: number, withSeconds: boolean): string {
  const date = new Date(wall)
  return [date.getUTCHours(), date.getUTCMinutes(), ...(withSeconds ? [date.getUTCSeconds()] : [])].map(two).join(':')
}

/** A moment as the crosshair says it: with seconds where steps are shorter than a minute, with the day where a window has several. */
export function momentWords(atMs: number, frame: { fromMs: number; untilMs: number; stepMs: number }, offset: Offset = hereOffset): string {
  const wall = atMs + offset(atMs)
  const time = timeWords(wall, frame.stepMs < MINUTE)
  return frame.untilMs - frame.fromMs > DAY || dayWords(frame.fromMs + offset(frame.fromMs)) !== dayWords(frame.untilMs + offset(frame.untilMs)) ? `${dayWords(wall)}, ${time}` : time
}
