import { IDLE_MS, type ToldSeries } from '../../db/queries/samples-to-tell'
import { STORED, type Stored } from '../../domain/metric/measure'
import { LABELS, OF_TRAFFIC, ownLabels, sampleName } from '../../domain/metric/names'
import { SAMPLES } from '../../domain/metric/steps'
import type { Family, Sample } from './exposition'

// Our samples as series with the moments they are of, so that somebody else who keeps them has them in our steps, whenever they are fetched. A step is
// told at its end. A count is told as all that was ever counted. Told again with the same moment it says the same, and nothing new: so what is not
// measured any more is a gap there as it is here.

const STEP_MS = SAMPLES.seconds * 1_000
/** So long after its end nothing comes to a step any more, or hardly anything, which is then told with the next one. */
const LATE_MS = 20_000
/** What was not measured for longer is not told of. */
const SILENT_MS = 5 * 60_000
/** A count that was not measured for longer begins again. Whoever asks of it looks back as far. */
const PAUSE_STEPS = 4

/** The end of the last step that everything has come to. */
export function settledAt(now: Date): Date {
  return new Date(Math.floor((now.getTime() - LATE_MS) / STEP_MS) * STEP_MS)
}

/** All series as families. `until`: as from `settledAt`. */
export function sampleFamilies(told: readonly ToldSeries[], until: Date): Family[] {
  const ofServices = new Map<string, Measured>()
  for (const one of told) if (one.measure === 'requests') ofServices.set(one.serviceId ?? '', together(ofServices.get(one.serviceId ?? ''), measuredOf(one)))
  const families = new Map<Stored, Sample[]>()
  for (const one of told) {
    const isTraffic = OF_TRAFFIC.has(one.measure)
    const measured = isTraffic ? ofServices.get(one.serviceId ?? '') : measuredOf(one)
    if (!measured || measured.lastMs + STEP_MS <= until.getTime() - SILENT_MS) continue
    const samples = families.get(one.measure) ?? []
    families.set(one.measure, samples)
    if (STORED[one.measure].kind === 'level') samples.push({ labels: labelsOf(one), value: one.newest!, atMs: measured.lastMs + STEP_MS })
    else samples.push(...countOf(one, measured))
  }
  return [...families].map(([measure, samples]) => ({ name: sampleName(measure), help: helpOf(measure), type: STORED[measure].kind === 'level' ? 'gauge' : 'counter', samples }))
}

/** When it was measured of late: of counts of traffic when the requests of the service were. Milliseconds; `lastMs` is -Infinity for never. */
type Measured = { timesMs: number[]; beforeMs: number; lastMs: number }

function measuredOf({ recent, beforeMs, lastMs }: ToldSeries): Measured {
  return { timesMs: (recent ?? []).map(([atMs]) => atMs), beforeMs: beforeMs ?? -Infinity, lastMs: lastMs ?? -Infinity }
}

function together(one: Measured | undefined, other: Measured): Measured {
  if (!one) return other
  return { timesMs: [...new Set([...one.timesMs, ...other.timesMs])].sort((a, b) => a - b), beforeMs: Math.max(one.beforeMs, other.beforeMs), lastMs: Math.max(one.lastMs, other.lastMs) }
}

function countOf(one: ToldSeries, measured: Measured): Sample[] {
  const { measure, total, sum, recent, beforeMs } = one
  const labels = labelsOf(one)
  const now = { labels, value: total + (sum ?? 0), atMs: measured.lastMs + STEP_MS }
  const first = recent?.[0]?.[0]
  const isNew = first !== undefined && (beforeMs === null || beforeMs < first - IDLE_MS)
  const sinceMs = isNew ? first : beganAgain(measured, PAUSE_STEPS * STORED[measure].everySeconds * 1_000)
  if (sinceMs === null) return [now]
  // Whoever hears of a total after a pause does not know how much of it is new: it is told as it was when the first step began.
  const since = (recent ?? []).reduce((added, [atMs, value]) => (atMs >= sinceMs ? added + value : added), 0)
  return [{ labels, value: now.value - since, atMs: sinceMs + 1 }, now]
}

/** The first moment after the last pause, if there was one in the last minute. */
function beganAgain({ timesMs, beforeMs }: Measured, pauseMs: number): number | null {
  let found: number | null = null
  let former = beforeMs
  for (const atMs of timesMs) {
    if (atMs - former > pauseMs) found = atMs
    former = atMs
  }
  return found
}

function labelsOf(one: ToldSeries): Record<string, string> {
  const own = Object.entries(LABELS).flatMap(([key, name]) => {
    const value = one[key as keyof typeof LABELS]
    return value === null || (key === 'bucket' && one.name !== null) ? [] : [[name, value] as const]
  })
  return { organization_id: one.organizationId, ...Object.fromEntries(own), ...(one.name === null ? {} : ownLabels(one)) }
}

function helpOf(measure: Stored): string {
  return `The measure ${measure} of the steps of ${SAMPLES.seconds} seconds, as Easel keeps it.`
}
