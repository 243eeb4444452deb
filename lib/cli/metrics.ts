import type { z } from 'zod'

import type { MetricAnswer, MetricSeries } from '../contract/metric'
import type { Unit } from '../domain/metric/measure'
import { CallError } from './client'
import { print, tell } from './print'
import type { Special } from './special-command'

const BARS = '▁▂▃▄▅▆▇█'
const WIDTH = 60
const SPANS_MS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `easel metrics <environmentId> cpu --last 6h`: a span in place of two times, and a line of bars for each series. */
export const metricsSpecial: Special = {
  extend: (command) => command.option('--last <span>', 'up to now, such as 30m, 6h or 7d; 1h unless --from and --until are given'),
  prepare(input, { last }) {
    if (typeof last !== 'string' && input.from !== undefined && input.until !== undefined) return
    const until = input.until === undefined ? Date.now() : Date.parse(String(input.until))
    // What is no time is refused with the others.
    if (Number.isNaN(until)) return
    input.until = new Date(until).toISOString()
    input.from ??= new Date(until - spanMs(typeof last === 'string' ? last : '1h')).toISOString()
  },
  async finish(output) {
    const { measure, unit, series, stepSeconds, from, until } = output as z.infer<typeof MetricAnswer>
    for (const line of tableOf(series, unit)) print(line)
    tell(series.length === 0 ? `Nothing was measured of ${measure} in that time.` : `${measure} from ${from} until ${until}, in steps of ${stepSeconds} s.`)
    return 0
  },
}

/** One line for each series: its name, bars, and its lowest, mean and highest point. */
export function tableOf(series: readonly MetricSeries[], unit: Unit): string[] {
  const names = series.map(({ labels }) => nameOf(labels))
  const width = Math.max(0, ...names.map((name) => name.length))
  return series.map(({ points, limit }, index) => {
    const there = points.filter((point) => point !== null)
    const mean = there.reduce((sum, point) => sum + point, 0) / there.length
    const words = [`min ${valueWords(Math.min(...there), unit)}`, `mean ${valueWords(mean, unit)}`, `max ${valueWords(Math.max(...there), unit)}`, ...(limit === null ? [] : [`limit ${valueWords(limit, unit)}`])]
    return `${names[index]!.padEnd(width)}  ${barsOf(points)}  ${words.join('  ')}`
  })
}

function nameOf({ name, serviceId, volumeId, number, part, status, route, attributes, others }: Record<string, string>): string {
  const own = [name ?? serviceId ?? volumeId, number && `deployment ${number}`, part && `part ${part}`, status, route, attributes].filter(Boolean).join(', ')
  return own || (others === undefined ? 'all' : `${others} others`)
}

/** From 0 to the highest point; a space where nothing was measured. */
function barsOf(points: readonly (number | null)[]): string {
  const each = Math.max(1, Math.ceil(points.length / WIDTH))
  const columns = Array.from({ length: Math.ceil(points.length / each) }, (_, index) => {
    const there = points.slice(index * each, (index + 1) * each).filter((point) => point !== null)
    return there.length === 0 ? null : Math.max(...there)
  })
  const highest = Math.max(0, ...columns.map((column) => column ?? 0))
  return columns.map((column) => (column === null ? ' ' : BARS[highest === 0 ? 0 : Math.round((column / highest) * (BARS.length - 1))])).join('')
}

function valueWords(value: number, unit: Unit): string {
  switch (unit) {
    case 'bytes':
      return bytes(value)
    case 'bytes_per_second':
      return `${bytes(value)}/s`
    case 'per_second':
      return `${short(value)}/s`
    case 'milli_cpu':
      return `${short(value / 1000)} CPU`
    case 'ratio':
      return `${short(value * 100)} %`
    case 'ms':
      return `${short(value)} ms`
    case 'count':
    case 'number':
      return short(value)
  }
}

function bytes(value: number): string {
  const steps = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  const step = Math.min(steps.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, value)) / 10)))
  return `${short(value / 1024 ** step)} ${steps[step]}`
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)))
}

function spanMs(text: string): number {
  const match = /^(\d{1,4})([mhd])$/.exec(text)
  if (!match) throw new CallError(`"${text}" is no span of time. Write it like 30m, 6h or 7d.`, 400)
  return Number(match[1]) * SPANS_MS[match[2]!]!
}
