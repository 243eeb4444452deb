import { describe, expect, it } from 'vitest'

import type { MetricAnswer } from '@/lib/contract/metric'
import { CHARTS } from '@/lib/domain/chart'

import { chartSpec, leastStepS } from './chart-spec'
import { drawingOf, lastStep, stepAt } from './series'

const ALL = { serviceId: null, volumeId: null }
const ONE = { serviceId: 'svc_a', volumeId: null }

type Points = (number | null)[]
const answer = (measure: MetricAnswer['measure'], series: [Record<string, string>, Points, (number | null)?][], unit: MetricAnswer['unit'] = 'per_second'): MetricAnswer => ({
  measure,
  unit,
  stepSeconds: 10,
  from: '2026-05-01T12:00:00.000Z',
  until: '2026-05-01T12:00:30.000Z',
  series: series.map(([labels, points, limit = null]) => ({ labels, points, limit })),
})

const linesOf = (drawing: ReturnType<typeof drawingOf>) => drawing?.lines.map(({ name, points }) => [name, points])

describe('what is drawn', () => {
  it('has a line for each service, by its present name, and keeps gaps', () => {
    const drawing = drawingOf(chartSpec('cpu', ALL), [answer('cpu', [[{ serviceId: 'svc_a', name: 'old name' }, [1, null, 3]], [{ serviceId: 'svc_b', name: 'gone' }, [0, 0, 0]], [{ serviceId: 'svc_c' }, [4, 4, 4]]])], { svc_a: 'api' })
    expect(linesOf(drawing)).toEqual([['api', [1, null, 3]], ['gone', [0, 0, 0]], ['Deleted service', [4, 4, 4]]])
  })

  it('is nothing where nothing was measured', () => {
    expect(drawingOf(chartSpec('cpu', ALL), [answer('cpu', [[{ serviceId: 'svc_a' }, [null, null, null]]])], {})).toBeNull()
    expect(drawingOf(chartSpec('cpu', ALL), [answer('cpu', [])], {})).toBeNull()
  })

  it('names replicas from one on', () => {
    expect(linesOf(drawingOf(chartSpec('memory', ONE), [answer('memory', [[{ serviceId: 'svc_a', part: '0' }, [1, 1, 1]], [{ serviceId: 'svc_a', part: 'run' }, [1, 1, 1]]])], {}))?.map(([name]) => name)).toEqual(['Replica 1', 'Runs'])
  })

  it('tells levels of replicas apart by attributes, and by replica where there are several', () => {
    const names = (...labels: Record<string, string>[]) => linesOf(drawingOf(chartSpec('own_level', ONE), [answer('own_level', labels.map((each) => [each, [1, 1, 1]]), 'number')], {}))?.map(([name]) => name)
    expect(names({ attributes: '', part: '0' })).toEqual(['All'])
    expect(names({ attributes: 'queue=mail', part: '0' }, { attributes: '', part: '0' })).toEqual(['queue=mail', 'All'])
    expect(names({ attributes: '', part: '0' }, { attributes: '', part: '1' }, { attributes: 'queue=mail', part: '1' })).toEqual(['Replica 1', 'Replica 2', 'queue=mail · Replica 2'])
  })

  it('has the shares of response time beside each other', () => {
    const lines = (['latency_p50', 'latency_p95', 'latency_p99'] as const).map((measure, index) => answer(measure, [[{}, [index, index, index]]], 'ms'))
    expect(linesOf(drawingOf(chartSpec('latency', ONE), lines, {}))).toEqual([['p50', [0, 0, 0]], ['p95', [1, 1, 1]], ['p99', [2, 2, 2]]])
  })

  it('divides what failed by what was asked, service by service; of nothing there is no share', () => {
    const failed = answer('errors', [[{ serviceId: 'svc_b' }, [1, 2, null]]])
    const asked = answer('requests', [[{ serviceId: 'svc_a' }, [4, 0, null]], [{ serviceId: 'svc_b' }, [4, 2, 8]]])
    const drawing = drawingOf(chartSpec('error_rate', ALL), [failed, asked], { svc_a: 'api', svc_b: 'web' })
    expect(drawing?.unit).toBe('ratio')
    expect(linesOf(drawing)).toEqual([['api', [0, null, null]], ['web', [0.25, 1, 0]]])
  })

  it('has a limit that all lines share, and none when they differ', () => {
    const limits = (...each: (number | null)[]) => drawingOf(chartSpec('memory', ONE), [answer('memory', each.map((limit, part) => [{ part: String(part) }, [1, 1, 1], limit]))], {})?.limit
    expect([limits(512, 512), limits(512, 256), limits(null)]).toEqual([512, null, null])
  })

  it('tells lines apart by colour and, for those who see none, by pattern', () => {
    const many = drawingOf(chartSpec('cpu', ALL), [answer('cpu', Array.from({ length: 24 }, (_, index) => [{ serviceId: `svc_${index}` }, [1, 1, 1]]))], {})!
    expect(new Set(many.lines.map(({ color, dash }) => `${color} ${dash}`)).size).toBe(24)
    expect(new Set(many.lines.slice(0, 4).map(({ dash }) => dash)).size).toBe(4)
    expect(new Set(many.lines.map(({ key }) => key)).size).toBe(24)
    const statuses = drawingOf(chartSpec('requests', ONE), [answer('requests', ['2xx', '3xx', '4xx', '5xx', 'none'].map((status) => [{ status }, [1, 1, 1]]))], {})!
    expect(new Set(statuses.lines.map(({ color, dash }) => `${color} ${dash}`)).size).toBe(5)
    expect(statuses.lines.at(-1)!.name).toBe('No answer')
  })

  it('gives a service the same look in every chart, however large it is there', () => {
    const names = { svc_a: 'api', svc_b: 'web', vol_a: 'data' }
    const looks = (...ids: string[]) => drawingOf(chartSpec('cpu', ALL), [answer('cpu', ids.map((serviceId) => [{ serviceId }, [1, 1, 1]]))], names)!.lines.map(({ name, color, dash }) => [name, color, dash])
    expect(looks('svc_b', 'svc_a')).toEqual(looks('svc_a', 'svc_b'))
    expect(looks('svc_b')).toEqual([looks('svc_a', 'svc_b')[1]])
  })

  it('has another colour for each line, also where two of them have the same one elsewhere', () => {
    const ids = Array.from({ length: 9 }, (_, index) => `svc_${index}`)
    const names = Object.fromEntries(ids.map((id) => [id, id]))
    const colors = (...some: string[]) => drawingOf(chartSpec('cpu', ALL), [answer('cpu', some.map((serviceId) => [{ serviceId }, [1, 1, 1]]))], names)!.lines.map(({ color, dash }) => [color, dash])
    // The seventh would begin again with the colour of the first.
    expect(new Set(colors('svc_0', 'svc_6').map(([color]) => color)).size).toBe(2)
    expect(new Set(colors('svc_1', 'svc_2', 'svc_6', 'svc_7', 'svc_8').map(([color]) => color)).size).toBe(5)
    expect(new Set(colors(...ids).map(String)).size).toBe(9)
    expect(new Set(colors(...ids).slice(0, 6).map(([color]) => color)).size).toBe(6)
  })

  it('knows what is below zero', () => {
    const drawn = (...points: Points) => drawingOf(chartSpec('own_level', ONE), [answer('own_level', [[{ attributes: '' }, points]], 'number')], {})!
    expect([drawn(-3, 2, null).least, drawn(-3, 2, null).most, drawn(4, 2, 1).least]).toEqual([-3, 2, 0])
  })

  it('knows the step of a moment and the last one with anything in it', () => {
    const drawing = drawingOf(chartSpec('cpu', ALL), [answer('cpu', [[{ serviceId: 'svc_a' }, [1, 2, null]]])], {})!
    expect([-1, 0, 9_999, 10_000, 29_999, 30_000].map((ms) => stepAt(drawing, drawing.fromMs + ms))).toEqual([null, 0, 0, 1, 2, null])
    expect(lastStep(drawing)).toBe(1)
  })
})

it.each(CHARTS)('%s says what it asks for, and what would fill it', (chart) => {
  for (const subject of [ALL, ONE, { serviceId: null, volumeId: 'vol_a' }]) {
    const spec = chartSpec(chart, subject)
    expect(spec.asks.length).toBeGreaterThan(0)
    expect(spec.none).toMatch(/\.$/)
    expect(leastStepS(spec)).toBe(/^(db|own)_/.test(chart) ? 60 : 10)
  }
})
