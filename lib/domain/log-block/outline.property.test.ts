import fc from 'fast-check'
import { expect, it } from 'vitest'

import { anyFilter } from '../../../test/harness/any-filter'
import { anyLine } from '../../../test/harness/any-line'
import { matches, type FilteredLine } from '../log-filter/matches'
import { print } from '../log-filter/print'
import type { Filter, Value } from '../log-filter/filter'
import { levelNumber } from '../log-level'
import { isService } from '../log-filter/matches'
import { candidatesFor } from './may-match'
import { makeOutliner, type OutlinedLine } from './outline'
import { packOutline, readOutline } from './packed'

const NOW = Date.parse('2026-01-01T00:30:00Z')
const SERVICES = [{ id: 'svc_0', name: 'api' }, { id: 'svc_1', name: 'web' }]
const world = {
  nowMs: NOW,
  serviceName: (id: string) => SERVICES.find((service) => service.id === id)?.name ?? null,
  deploymentNumber: (id: string) => Number(id.at(-1)) % 3,
  servicesOf: (value: Value) => SERVICES.filter((service) => isService(value, service)).map(({ id }) => id),
}

type Line = Omit<OutlinedLine, 'level'> & Omit<FilteredLine, 'at'>
const line: fc.Arbitrary<Line> = anyLine.map(({ service, deployment, ago, level, ...rest }) => ({
  ...rest,
  serviceId: service === null ? null : SERVICES[service]!.id,
  deploymentId: deployment === null ? null : `dep_${deployment}`,
  level,
  atMs: NOW - ago,
  isExact: true,
  isWhole: true,
}))

const outlined = (each: Line): OutlinedLine => ({ ...each, level: each.level === null ? null : levelNumber(each.level) })
const filtered = (each: Line): FilteredLine => ({ ...each, at: new Date(each.atMs).toISOString() })

function outlineOf(lines: readonly Line[], blockLines: number) {
  const ordered = [...lines].sort((a, b) => a.atMs - b.atMs)
  const outliner = makeOutliner(NOW - 1_200_000, blockLines)
  for (const each of ordered) outliner.add(outlined(each))
  return readOutline(packOutline(outliner.end(NOW + 1)))!
}

it('leaves out no block with a line that is let through', () => {
  let leftOut = 0
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 40 }), fc.constantFrom(1, 3, 40), fc.array(anyFilter, { minLength: 20, maxLength: 20 }), (lines, blockLines, filters) => {
      const outline = outlineOf(lines, blockLines)
      expect(outline.blocks.reduce((sum, block) => sum + block.lines, 0)).toBe(lines.length)
      for (const filter of filters) {
        const candidates = candidatesFor(filter, world)(outline)
        leftOut += outline.blocks.length - candidates.length
        for (const each of lines) {
          if (matches(filter, filtered(each), world)) expect({ filter: print(filter), line: each, isRead: candidates.some(({ fromMs, untilMs }) => fromMs <= each.atMs && each.atMs < untilMs) }).toEqual({ filter: print(filter), line: each, isRead: true })
        }
      }
    }),
    { numRuns: 400, seed: 5 },
  )
  // Otherwise nothing was compared.
  expect(leftOut).toBeGreaterThan(10_000)
})

it('leaves out every other block where one line is alone in its block and all is known of it', () => {
  const known = (filter: Filter): boolean => (filter.kind === 'and' || filter.kind === 'or' ? filter.of.every(known) : filter.kind === 'not' ? known(filter.of) : ['level', 'no_level', 'service', 'field'].includes(filter.kind))
  fc.assert(
    fc.property(line, anyFilter.filter(known), (each, filter) => {
      expect(candidatesFor(filter, world)(outlineOf([each], 1)).length === 1).toBe(matches(filter, filtered(each), world))
    }),
    { numRuns: 500, seed: 6 },
  )
})

/** Many lines as programs print them, and which share of the blocks has to be read. */
function share(filter: Filter, of: (n: number) => Partial<Line>): number {
  const base = { serviceId: 'svc_0', deploymentId: 'dep_0', kind: 'runtime' as const, stream: 'stdout' as const, part: '0', level: 'info' as const, message: null, attributes: null, text: '', isExact: true, isWhole: true }
  const outline = outlineOf(Array.from({ length: 1_000 }, (_, n) => ({ ...base, atMs: NOW - 1_200_000 + n * 1_000, ...of(n) })), 100)
  return candidatesFor(filter, world)(outline).length / outline.blocks.length
}

const text = (words: string): Filter => ({ kind: 'text', text: words })
const attribute = (name: string, value: Value): Filter => ({ kind: 'attribute', name, value })

it('leaves out what has only numbers outside of the bounds, also far from others, and in the second of two names', () => {
  const ms = (n: number) => ({ attributes: { http: { ms: n === 777 ? 9_000 : n % 400 } } })
  expect(share(attribute('http.ms', { kind: 'compare', comparison: '>', number: 5_000 }), ms)).toBe(0.1)
  expect(share(attribute('http.ms', { kind: 'range', from: 1_000, to: 5_000 }), ms)).toBe(0)
  expect(share(attribute('http.ms', { kind: 'compare', comparison: '<', number: 0 }), ms)).toBe(0)
  expect(share({ kind: 'not', of: attribute('http.ms', { kind: 'compare', comparison: '<=', number: 400 }) }, ms)).toBe(0.1)
  expect(share(attribute('http.ms', { kind: 'range', from: 100, to: 200 }), ms)).toBe(0.5)
  expect(share(attribute('http.other', { kind: 'any' }), ms)).toBe(0)
  expect(share({ kind: 'not', of: attribute('http.ms', { kind: 'any' }) }, ms)).toBe(0)
})

it('leaves out what each line says, where it is asked what does not, also among variable words', () => {
  const job = (n: number) => ({ text: n === 555 ? 'Connection refused' : `job ${n} of 10.0.${n % 255}.7 took ${n % 31} ms (7f3a-ab-${n})` })
  expect(share({ kind: 'not', of: text('took') }, job)).toBe(0.1)
  expect(share({ kind: 'not', of: text(' ms (') }, job)).toBe(0.1)
  expect(share(text('refused'), job)).toBe(0.1)
  expect(share(text('zq'), job)).toBe(0)
  expect(share(text('job x'), job)).toBe(0)
  // It may be within what differs.
  expect(share(text('7f3a-ab-12'), job)).toBe(1)
})

it('knows of words of lines that are of too many kinds what they have in common', () => {
  const names = (n: number) => ({ text: `hello ${String.fromCharCode(97 + (n % 26), 97 + ((n >> 2) % 26), 97 + ((n >> 4) % 26), 97 + ((n * 7) % 26))}, welcome` })
  expect(share({ kind: 'not', of: text('welcome') }, names)).toBe(0)
  expect(share(text('absent'), names)).toBeGreaterThan(0)
})

it('takes numbers of many digits for what they may be', () => {
  const lines: Line[] = [{ serviceId: null, deploymentId: null, kind: 'runtime', stream: 'stdout', part: null, level: null, message: null, attributes: { n: Number('5.00000000000000000001') }, text: '', atMs: NOW, isExact: false, isWhole: true }]
  const above = candidatesFor(attribute('n', { kind: 'compare', comparison: '>', number: 5 }), world)
  expect(above(outlineOf(lines, 1))).toHaveLength(1)
  expect(above(outlineOf([{ ...lines[0]!, isExact: true }], 1))).toHaveLength(0)
})

it('reads no outline of another version', () => {
  expect(readOutline('{"v":0}')).toBeNull()
})
