import type { ChartName } from './chart'

/** Columns of a dashboard. */
export const COLUMNS = 12
/** A chart that is smaller cannot be read. */
export const LEAST = { width: 3, height: 2 }
export const MOST_HEIGHT = 8
export const MOST_WIDGETS = 40
/** The last row that something may begin in. */
export const LAST_ROW = 400

export type Box = { x: number; y: number; width: number; height: number }
export type Boxed = Box & { id: string }

/** One chart of a dashboard. */
export type Widget = Boxed & {
  chart: ChartName
  /** Null: the title of its chart. */
  title: string | null
  /** Null: all services of the environment. */
  serviceId: string | null
  /** What a program calls what it shows; only of charts of a program's own metrics. */
  metric?: string | undefined
}

const widget = (chart: ChartName, at: { x: number; y: number }): Widget => ({ id: chart.replaceAll('_', '-'), chart, title: null, serviceId: null, ...at, width: 6, height: 3 })

/** What is shown where nobody has saved anything. */
export const DEFAULT_WIDGETS: readonly Widget[] = [
  widget('requests', { x: 0, y: 0 }),
  widget('error_rate', { x: 6, y: 0 }),
  widget('latency', { x: 0, y: 3 }),
  widget('cpu', { x: 6, y: 3 }),
  widget('memory', { x: 0, y: 6 }),
  widget('traffic', { x: 6, y: 6 }),
]

const overlap = (one: Box, other: Box) => one.x < other.x + other.width && other.x < one.x + one.width && one.y < other.y + other.height && other.y < one.y + one.height
const byPlace = (one: Box, other: Box) => one.y - other.y || one.x - other.x

/** A size and place that a dashboard can have. */
export function within(box: Box): Box {
  const whole = (value: number, least: number, most: number) => Math.min(most, Math.max(least, Math.round(value)))
  const width = whole(box.width, LEAST.width, COLUMNS)
  return { x: whole(box.x, 0, COLUMNS - width), y: whole(box.y, 0, LAST_ROW), width, height: whole(box.height, LEAST.height, MOST_HEIGHT) }
}

/** Everything as far up as it goes without lying on something else; what `firstId` names has the first choice of its place. */
export function settled<T extends Boxed>(boxes: readonly T[], firstId: string | null = null): T[] {
  const placed: T[] = []
  const first = boxes.find(({ id }) => id === firstId)
  for (const box of [...(first ? [first] : []), ...boxes.filter((each) => each !== first).sort(byPlace)]) placed.push({ ...box, ...free({ ...box, ...within(box) }, placed) })
  // The one that was moved had its choice; now it rises like the others.
  const risen: T[] = []
  for (const box of placed.sort(byPlace)) risen.push({ ...box, y: highest(box, risen) })
  return risen
}

/** The place itself, or the next one below that is free. */
function free<T extends Boxed>(box: T, placed: readonly T[]): T {
  const below = placed.filter((other) => overlap(box, other)).map(({ y, height }) => y + height)
  return below.length === 0 ? box : free({ ...box, y: Math.min(...below) }, placed)
}

function highest(box: Box, above: readonly Box[]): number {
  return Math.max(0, ...above.filter((other) => other.x < box.x + box.width && box.x < other.x + other.width).map(({ y, height }) => y + height))
}

/** Widgets after one was given another place or size. */
export function moved<T extends Boxed>(boxes: readonly T[], id: string, to: Partial<Box>): T[] {
  return settled(boxes.map((box) => (box.id === id ? { ...box, ...within({ ...box, ...to }) } : box)), id)
}

/** The row below everything. */
export function rowBelow(boxes: readonly Box[]): number {
  return Math.max(0, ...boxes.map(({ y, height }) => y + height))
}
