import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { NotAnExposition, parseExposition } from './exposition'
import { requestOf } from './exposition-metrics'
import { samplesOf } from './points'
import { makeTotals } from './totals'

const read = (text: string) => parseExposition(text, 1_000).samples.map(({ name, labels, value }) => [name, Object.fromEntries(labels), value])

describe('an exposition', () => {
  it.each<[string, unknown[]]>([
    ['up 1', [['up', {}, 1]]],
    ['up{} 1 1767323045000', [['up', {}, 1]]],
    ['  a_total{method="GET",code="200",} 1027\r', [['a_total', { method: 'GET', code: '200' }, 1027]]],
    ['a { x = "1" , y="2" } -3.5e-2', [['a', { x: '1', y: '2' }, -0.035]]],
    ['a{path="C:\\\\DIR\\n\\"x\\""} .5', [['a', { path: 'C:\\DIR\n"x"' }, 0.5]]],
    ['a{v="}, # {"} 2', [['a', { v: '}, # {' }, 2]]],
    ['a NaN\nb +Inf\nc -Inf', [['a', {}, Number.NaN], ['b', {}, Infinity], ['c', {}, -Infinity]]],
    ['a_bucket{le="1"} 3 # {trace_id="x"} 0.5 1767323045.1', [['a_bucket', { le: '1' }, 3]]],
    ['{"shop.orders", "a.b"="c"} 4', [['shop.orders', { 'a.b': 'c' }, 4]]],
    ['# a comment\n\n# HELP a Text\na 1\n# EOF\n', [['a', {}, 1]]],
    ['ns:rule:sum 1', [['ns:rule:sum', {}, 1]]],
  ])('%j', (text, samples) => expect(read(text)).toEqual(samples))

  it.each([
    ['<html>', 'Line 1 is no metric: it begins with “<html>”.'],
    ['a 1\n\nb two', 'Line 3 is no metric: after “b” there is no number but “two”.'],
    ['a', 'Line 1 is no metric: after “a” there is no number but nothing.'],
    ['a{x=1} 1', 'Line 1 is no metric: in the labels of “a” stands “x=1} 1”.'],
    ['a{x="1" 1', 'Line 1 is no metric: in the labels of “a” stands “x="1" 1”.'],
    ['a 1 2 3', 'Line 1 is no metric: after “a” there is no number but “1 2 3”.'],
    ['a 0x10', 'Line 1 is no metric: after “a” there is no number but “0x10”.'],
    ['9a 1', 'Line 1 is no metric: it begins with “9a 1”.'],
    ['{} 1', 'Line 1 is no metric: it begins with “{} 1”.'],
    ['{"level":30,"msg":"hi"}', 'Line 1 is no metric'],
  ])('%j is none', (text, message) => expect(() => read(text)).toThrow(message))

  it('is read up to a bound, and says how much there was beyond', () => {
    const { samples, left } = parseExposition('a 1\nb 2\n# TYPE c gauge\nc 3\n', 2)
    expect([samples.length, left]).toEqual([2, 1])
  })

  it('is told apart from any other text, whatever that is, and what is written is read', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 80 }), fc.array(fc.constantFrom('a', '{', '}', '"', '=', ',', ' ', '1', '\n', '#', '\\', ' TYPE ', 'le="1"', 'NaN'), { maxLength: 30 }).map((parts) => parts.join('')))
    fc.assert(fc.property(text, (any) => {
      try {
        parseExposition(any, 50)
      } catch (error) {
        expect(error).toBeInstanceOf(NotAnExposition)
      }
    }), { numRuns: 2_000 })
    const label = fc.tuple(fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/), fc.string({ unit: 'grapheme', maxLength: 20 }).map((value) => value.replaceAll('\r', '')))
    fc.assert(fc.property(fc.stringMatching(/^[a-z_:][a-z0-9_:]{0,12}$/), fc.array(label, { maxLength: 5 }), fc.double({ noNaN: true }), (name, labels, value) => {
      const written = labels.map(([key, of]) => `${key}="${of.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`).join(',')
      expect(parseExposition(`${name}{${written}} ${value === Infinity ? '+Inf' : value === -Infinity ? '-Inf' : value}`, 1).samples).toEqual([{ name, labels, value: value === 0 ? expect.closeTo(0) : value }])
    }))
  })
})

describe('what is kept of it', () => {
  const NOW = 1_800_000_000_000
  const START = NOW - 3_600_000
  /** Of two looks, what came of the second one. */
  function looked(first: string, second: string) {
    const totals = makeTotals(0, { maxGapMs: 40_000 })
    const [, samples] = [first, second].map((text, turn) => {
      const request = requestOf(parseExposition(text, 1_000), { part: '1', instance: 'w', startMs: START })
      const taken = samplesOf(request, { environmentId: 'env_1', serviceId: 'svc_1', totals, readMs: NOW + turn * 15_000, isNew: turn > 0 })
      totals.keep(true)
      return [...taken.samples.map((sample) => [sample.measure, sample.labels.name, sample.labels.unit ?? '', sample.labels.attributes, 'bounds' in sample ? sample.bounds : '', 'value' in sample ? sample.value : null]), ...taken.rejected.keys()]
    })
    return samples
  }

  it.each([
    ['a counter', '# TYPE orders_total counter\norders_total{shop="n"} 3', '# TYPE orders_total counter\norders_total{shop="n"} 10\norders_total{shop="s"} 2', [['own_count', 'orders_total', '', 'shop=n', '', 7], ['own_count', 'orders_total', '', 'shop=s', '', 2]]],
    ['a counter of OpenMetrics', '# TYPE orders counter\norders_total 3', '# TYPE orders counter\norders_total 4\norders_created 1.5', [['own_count', 'orders_total', '', '', '', 1]]],
    ['one that began anew', '# TYPE c counter\nc 30', '# TYPE c counter\nc 4', [['own_count', 'c', '', '', '', 4]]],
    ['one whose kind nobody says', 'a_total 1\nb 5', 'a_total 4\nb 6', [['own_count', 'a_total', '', '', '', 3], ['own_level', 'b', '', '', '', 6]]],
    ['a level, also below zero', '', '# TYPE t_celsius gauge\nt_celsius -4', [['own_level', 't_celsius', 'Cel', '', '', -4]]],
    ['no number', '', '# TYPE t gauge\nt NaN', []],
    ['a histogram', '# TYPE d_seconds histogram\nd_seconds_bucket{le="0.1"} 1\nd_seconds_bucket{le="1"} 1\nd_seconds_bucket{le="+Inf"} 2\nd_seconds_sum 3\nd_seconds_count 2', '# TYPE d_seconds histogram\nd_seconds_bucket{le="+Inf"} 9\nd_seconds_bucket{le="1"} 6\nd_seconds_bucket{le="0.1"} 2', [['own_bucket', 'd_seconds', 's', '', '0..0.1', 1], ['own_bucket', 'd_seconds', 's', '', '0.1..1', 4], ['own_bucket', 'd_seconds', 's', '', '1..Infinity', 2]]],
    ['buckets that do not hold what lies below', '', '# TYPE d histogram\nd_bucket{le="1"} 5\nd_bucket{le="+Inf"} 3', ['the buckets of a histogram must fit its bounds']],
    ['a summary', '# TYPE s summary\ns_count 1\ns_sum 2', '# TYPE s summary\ns{quantile="0.5"} 0.2\ns_sum 5\ns_count 3', [['own_level', 's', '', 'quantile=0.5', '', 0.2], ['own_count', 's_count', '', '', '', 2], ['own_count', 's_sum', '', '', '', 3]]],
  ])('%s', (_, first, second, expected) => expect(looked(first, second)).toEqual(expected))

  it('has gaps where nobody looked, and counts on from there', () => {
    const totals = makeTotals(0, { maxGapMs: 40_000 })
    const at = (value: number, seconds: number, isNew = true) => totals.increase('a', { values: [value], startMs: START, readMs: NOW + seconds * 1_000, isNew })
    expect([at(5, 0, false), at(7, 15), at(100, 300), at(101, 315)]).toEqual([null, [2], null, [1]])
  })
})
