import { STORED, type Grouping, type Stored } from './measure'
import { LABELS, sampleName } from './names'

// What is asked of a Prometheus, in its language. Nobody's words come into it: names are ours, and values of labels are ids that are escaped.

/** What a question is about: always one environment. */
export type PromSubject = { environmentId: string; serviceId?: string | undefined; volumeId?: string | undefined }

/**
 * What is asked of one series or one sum of series: how many samples a step has (of a sum: in how many parts of it there are some), what they are together,
 * and the least and most of them.
 */
export type PromQuery = { of: Stored; column: 'count' | 'sum' | 'lowest' | 'highest'; text: string }

export type PromAsk = { subject: PromSubject; stored: Stored; by: Grouping; stepSeconds: number; /** Whether the least and most of each step is wanted. */ extremes: boolean }

/** By which labels the counts of a question are told apart. The service always is: when its requests were measured is known of each. */
const LABELS_BY: Record<Grouping, readonly (keyof typeof LABELS)[]> = {
  total: [],
  service: [],
  part: ['deploymentId', 'part'],
  deployment: ['deploymentId'],
  volume: ['volumeId'],
  status: ['status'],
  route: ['route'],
  attributes: [],
}

/** How much of a count's past says what it was when a step began. */
const PAST_STEPS = 4

/**
 * The queries for one kind of samples, to be answered at the end of each step. Samples stand at the ends of their ten seconds, and a step has those from
 * just after its begin: whether a Prometheus counts the very begin in differs by version. What a count came to in a step is its total at the end without that
 * at the begin, or without the first that is known in it; a total that fell began anew. `increase` would reckon with what it does not see.
 */
export function promQueries({ subject, stored, by, stepSeconds, extremes }: PromAsk): PromQuery[] {
  const series = selectorOf(stored, subject)
  const step = `[${stepSeconds * 1_000 - 1}ms]`
  if (STORED[stored].kind === 'level') {
    return [
      { of: stored, column: 'count', text: `count_over_time(${series}${step})` },
      { of: stored, column: 'sum', text: `sum_over_time(${series}${step})` },
      ...(extremes ? [{ of: stored, column: 'lowest' as const, text: `min_over_time(${series}${step})` }, { of: stored, column: 'highest' as const, text: `max_over_time(${series}${step})` }] : []),
    ]
  }
  const apart = ['environmentId', 'serviceId', ...LABELS_BY[by], ...(stored === 'latency' ? ['bucket' as const] : [])].map((name) => LABELS[name as keyof typeof LABELS]).join(', ')
  const past = `[${PAST_STEPS * STORED[stored].everySeconds}s]`
  const part = remotePartSeconds(stepSeconds, stored)
  // One look that was missed is no gap.
  const there = `last_over_time(${series}[${(part + STORED[stored].everySeconds) * 1_000 - 1}ms])`
  const end = `last_over_time(${series}${step})`
  const begin = `(last_over_time(${series}${past} offset ${stepSeconds}s) or min_over_time(${series}${step}))`
  return [
    { of: stored, column: 'count', text: `count_over_time((max by (${apart}) (${there}))${step.replace(']', `:${part}s]`)})` },
    { of: stored, column: 'sum', text: `sum by (${apart}) ((${end} - ${begin} >= 0) or ${end})` },
  ]
}

function selectorOf(stored: Stored, { environmentId, serviceId, volumeId }: PromSubject): string {
  const wanted = Object.entries({ environmentId, serviceId, volumeId }).flatMap(([name, value]) => (value === undefined ? [] : [`${LABELS[name as keyof typeof LABELS]}="${escaped(value)}"`]))
  return `${sampleName(stored)}{${wanted.join(',')}}`
}

function escaped(value: string): string {
  return value.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')
}

/** How many parts of a step can be told apart: bits of a number. */
const MOST_PARTS = 30

/** Of a step that has more of its samples nothing is missing: looks are not always ten seconds apart. */
const NEARLY = 0.85

/** How long these parts are, of a step of so many seconds. */
export function remotePartSeconds(stepSeconds: number, stored: Stored): number {
  return stepSeconds / partsOf(stepSeconds, stored)
}

function partsOf(stepSeconds: number, stored: Stored): number {
  const all = Math.max(1, Math.floor(stepSeconds / STORED[stored].everySeconds))
  // Whole ones, so that they begin where steps do.
  for (let parts = Math.min(MOST_PARTS, all); parts > 1; parts--) if (all % parts === 0) return parts
  return 1
}

/**
 * Which parts of each step were measured, as bits, of how many samples it has. How often somebody else looks at a level is known from the step that has `most`. What
 * is there in a step for a while only was there until its end, if it is there in the next one and was not before, and else from its begin.
 */
export function coveredOf(counts: Float64Array, { stepSeconds, stored, most }: { stepSeconds: number; stored: Stored; most: number }): Float64Array {
  const parts = partsOf(stepSeconds, stored)
  if (STORED[stored].kind === 'count') return counts.map((covered) => 2 ** Math.min(parts, covered) - 1)
  return counts.map((count, step) => {
    if (count === 0) return 0
    const share = count / most
    const measured = share > NEARLY ? parts : Math.max(1, Math.round(parts * share))
    const isBegin = (counts[step - 1] ?? 0) === 0 && (counts[step + 1] ?? 0) > 0
    return (2 ** measured - 1) * (isBegin ? 2 ** (parts - measured) : 1)
  })
}
