import type { MetricAnswer, MetricSeries } from '@/lib/contract/metric'
import type { Unit } from '@/lib/domain/metric/measure'

import type { Ask, ChartSpec } from './chart-spec'
import type { Frame } from './range'

/** One line of a chart: colour and pattern tell it from the others, each for itself. */
export type Line = { key: string; name: string; color: string; dash: string; points: readonly (number | null)[] }

/** What is drawn. Of every line there is one point for each step. */
export type Drawing = Omit<Frame, 'turn'> & { unit: Unit; lines: readonly Line[]; limit: number | null; /** The largest amount of all lines, and the smallest one below zero. */ most: number; least: number }

/** Names of services and volumes, by id. */
export type Names = Readonly<Record<string, string>>

/** Each written out: a token that is named nowhere is not in the style sheet. */
const COLORS = ['var(--color-series-1)', 'var(--color-series-2)', 'var(--color-series-3)', 'var(--color-series-4)', 'var(--color-series-5)', 'var(--color-series-6)']
const DASHES = ['', '7 3', '2 3', '9 3 2 3']

/** Answers by class have the tones of what they mean; the others are told apart by order. */
const TONE: Record<string, string> = { '2xx': 'var(--color-series-1)', '3xx': 'var(--color-quiet)', '4xx': 'var(--color-warning)', '5xx': 'var(--color-bad)', none: 'var(--color-bad)' }
const STATUS_DASH: Record<string, string> = { '2xx': '', '3xx': '2 3', '4xx': '7 3', '5xx': '', none: '2 3' }

/** What is drawn of the answers to the questions of a chart; null where nothing was ever measured. */
export function drawingOf({ asks, isShare = false }: ChartSpec, answers: readonly MetricAnswer[], names: Names): Drawing | null {
  const [first] = answers
  if (!first) return null
  const found = isShare ? sharesOf(answers[0]!, answers[1]!) : answers.flatMap(({ series }, index) => series.map((each) => ({ ...each, ask: asks[index]! })))
  const there = found.filter(({ points }) => points.some((point) => point !== null))
  const isOfMany = new Set(there.map(({ labels }) => labels.part)).size > 1
  const named = there.map((each) => ({ ...each, name: nameOf(each, each.ask ?? asks[0]!, { names, isOfMany }) }))
  if (named.length === 0) return null
  const limits = [...new Set(named.flatMap(({ limit }) => limit ?? []))]
  const placed = named
    .map(({ labels, ask, name, points }, index) => ({ place: placeOf(labels, names) ?? index, line: { key: keyOf(labels, ask), name, points, labels } }))
    .sort((one, other) => one.place - other.place)
  const looks = looksOf(placed.map(({ place, line: { labels } }) => ({ place, labels })))
  const lines = placed.map(({ line: { labels: _labels, ...line } }, index): Line => ({ ...line, ...looks[index]! }))
  return {
    fromMs: Date.parse(first.from),
    untilMs: Date.parse(first.until),
    stepMs: first.stepSeconds * 1000,
    unit: isShare ? 'ratio' : first.unit,
    lines,
    most: mostOf(lines),
    least: leastOf(lines),
    // Several limits say nothing about the lines of others.
    limit: limits.length === 1 ? limits[0]! : null,
  }
}

type Found = MetricSeries & { ask?: Ask }

/** What failed of what was asked, line by line. Of nothing there is no share. */
function sharesOf(part: MetricAnswer, whole: MetricAnswer): Found[] {
  return whole.series.map((all) => {
    const some = part.series.find(({ labels }) => keyOf(labels) === keyOf(all.labels))
    return { ...all, limit: null, points: all.points.map((total, index) => (total === null || total === 0 ? null : Math.min(1, (some?.points[index] ?? 0) / total))) }
  })
}

const TELLING = ['serviceId', 'volumeId', 'deployment', 'part', 'status', 'route', 'attributes', 'others']

/** The same for a line in every answer. */
function keyOf(labels: Record<string, string>, ask?: Ask): string {
  return [ask?.measure ?? '', ...TELLING.map((name) => labels[name] ?? '')].join(' ').trim() || 'all'
}

/** Behind all that have a name. */
const LAST_PLACE = 1_000

/** A service has the same look in every chart, however large it is there: by its age among those of the environment. Null where only the order of the answer tells. */
function placeOf({ serviceId, volumeId, part, others }: Record<string, string>, names: Names): number | null {
  if (others !== undefined) return LAST_PLACE
  if (part !== undefined) return /^\d+$/.test(part) ? Number(part) : null
  const id = volumeId ?? serviceId
  if (id === undefined) return null
  const kin = Object.keys(names).filter((each) => each.slice(0, 4) === id.slice(0, 4))
  const place = kin.sort().indexOf(id)
  return place === -1 ? null : place
}

type Look = Pick<Line, 'color' | 'dash'>

/** The look of each line, its own as long as its colour is free in this chart; else the next colour that is. More lines than colours differ by pattern. */
function looksOf(lines: readonly { place: number; labels: Record<string, string> }[]): Look[] {
  const taken = new Set<string>()
  return lines.map(({ place, labels }) => {
    const tone = labels.status === undefined ? undefined : TONE[labels.status]
    if (tone !== undefined) return { color: tone, dash: STATUS_DASH[labels.status!] ?? '' }
    const others = COLORS.map((_, ahead) => place + ahead)
    const free = others.find((each) => !taken.has(colorAt(each)))
    const chosen = free ?? Array.from({ length: COLORS.length * DASHES.length }, (_, ahead) => place + ahead).find((each) => !taken.has(wholeLook(each))) ?? place
    for (const each of [colorAt(chosen), wholeLook(chosen)]) taken.add(each)
    return { color: colorAt(chosen), dash: dashAt(chosen) }
  })
}

const colorAt = (place: number) => COLORS[place % COLORS.length]!
/** The pattern moves on with the colour: whoever sees no colours tells the first few by that alone. */
const dashAt = (place: number) => DASHES[(place + Math.floor(place / COLORS.length)) % DASHES.length]!
const wholeLook = (place: number) => `${colorAt(place)} ${dashAt(place)}`

/** `isOfMany`: whether its lines are of more than one replica. */
function nameOf({ labels }: MetricSeries, ask: Ask, { names, isOfMany }: { names: Names; isOfMany: boolean }): string {
  if (labels.others !== undefined) return `${labels.others} others`
  if (ask.name !== null) return ask.name
  switch (ask.by) {
    case 'service':
      return names[labels.serviceId ?? ''] ?? labels.name ?? 'Deleted service'
    case 'volume':
      return names[labels.volumeId ?? ''] ?? labels.name ?? 'Deleted volume'
    case 'part':
      return partName(labels.part ?? '')
    case 'status':
      return labels.status === 'none' ? 'No answer' : (labels.status ?? 'Other')
    case 'route':
      return labels.route ?? 'Other'
    case 'attributes':
      return [labels.attributes ?? '', isOfMany && labels.part !== undefined ? partName(labels.part) : ''].filter((word) => word !== '').join(' · ') || 'All'
    case 'deployment':
      return `#${labels.number ?? '?'}`
    case 'total':
      return 'All'
  }
}

function partName(part: string): string {
  return /^\d+$/.test(part) ? `Replica ${Number(part) + 1}` : part === 'run' ? 'Runs' : 'Pre-deploy command'
}

/** The step that a moment lies in; null outside of what is drawn. */
export function stepAt({ fromMs, untilMs, stepMs }: Omit<Frame, 'turn'>, atMs: number): number | null {
  return atMs < fromMs || atMs >= untilMs ? null : Math.floor((atMs - fromMs) / stepMs)
}

/** The newest step in which anything was measured. */
export function lastStep({ lines }: Drawing): number {
  return Math.max(0, ...lines.map(({ points }) => points.findLastIndex((point) => point !== null)))
}

/** A limit far above everything would press the lines flat; then it is only said. */
export function isNear(limit: number, most: number): boolean {
  return limit <= most * 4
}

/** The largest amount of some lines. */
export function mostOf(lines: readonly Line[]): number {
  let most = 0
  for (const { points } of lines) for (const point of points) if (point !== null && point > most) most = point
  return most
}

/** The smallest amount of some lines; 0 where none is below. */
export function leastOf(lines: readonly Line[]): number {
  let least = 0
  for (const { points } of lines) for (const point of points) if (point !== null && point < least) least = point
  return least
}
