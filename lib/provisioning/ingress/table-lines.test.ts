import fc from 'fast-check'
import { expect, test } from 'vitest'

import { route, site } from './conformance/stage'
import type { RouteTable } from './table'
import { inPieces, linesOf, OtherBase, tableReader, tableSince, wholeTable, type Base } from './table-lines'

const EMPTY: Base = { id: 'empty', lines: new Map() }
const bytesOf = (lines: Iterable<string>) => Buffer.from([...inPieces(lines)].join(''))
const whole = (table: RouteTable) => bytesOf(wholeTable(table.version, linesOf(table)))

function read(bytes: Buffer, base = EMPTY, cuts: readonly number[] = []) {
  const reader = tableReader(base)
  let from = 0
  for (const cut of [...cuts].sort((a, b) => a - b).concat(bytes.length)) {
    reader.read(bytes.subarray(from, cut))
    from = Math.max(from, cut)
  }
  return reader.finish()
}

const table: RouteTable = {
  version: 7,
  routes: [route({ name: 'größe\n', targets: [{ host: '127.0.0.1', port: 1, deploymentId: 'dep_a' }] }), route({ serviceId: 'svc_b' })],
  tcp: [{ serviceId: 'svc_db', port: 5, allow: ['127.0.0.1'], targets: [] }],
  sites: [site({})],
  challenges: [{ type: 'presence', host: 'shop.example', token: 't', answer: 'a' }],
}
const values = ({ routes, tcp = [], sites = [], challenges = [] }: RouteTable) => [...routes, ...tcp, ...sites, ...challenges]

test('a table comes out as it went in, wherever its bytes are cut', () => {
  const bytes = whole(table)
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { maxLength: 20 }), (cuts) => {
      const { version, lines } = read(bytes, EMPTY, cuts)
      expect(version).toBe(7)
      expect([...lines.values()].map(({ value }) => value)).toEqual(values(table))
    }),
  )
})

test('what is known from the table before is the same thing again, and only what is new is read', () => {
  const first = [...read(whole(table)).lines]
  const changed = { ...table, version: 8, routes: [table.routes[0]!, route({ serviceId: 'svc_b', unavailable: 'stopped' })] }
  const second = [...read(whole(changed), { id: 'a', lines: new Map(first) }).lines]
  expect(second.map(([, { value }]) => value)).toEqual(values(changed))
  expect(second.map(([, entry], i) => entry === first[i]![1])).toEqual([true, false, true, true, true])
})

test('what is told as what is different becomes the same table, whatever was before', () => {
  const routes = Array.from({ length: 6 }, (_, i) => route({ serviceId: `svc_${i % 3}`, unavailable: i < 3 ? 'stopped' : 'failed' }))
  const some = fc.subarray(routes)
  fc.assert(
    fc.property(some, some, (before, after) => {
      const base = { id: 'a', lines: read(whole({ version: 1, routes: before })).lines }
      const told = tableSince('a', 2, { former: new Set(linesOf({ routes: before })), lines: new Set(linesOf({ routes: after })) })
      const { version, lines, isSince } = read(bytesOf(told), base)
      expect({ version, isSince, lines: new Set(lines.keys()) }).toEqual({ version: 2, isSince: true, lines: new Set(linesOf({ routes: after })) })
    }),
  )
})

test('what is different from another table is not taken', () => {
  expect(() => read(bytesOf(tableSince('b', 2, { former: new Set(), lines: new Set() })), { id: 'a', lines: new Map() })).toThrow(OtherBase)
})

test.each([
  ['nothing at all', '', /is empty/],
  ['no version', '{"route":{}}\n', /^Line 1 of the table cannot be used/],
  ['no JSON', '{"version":1}\nno\n', /^Line 2 of the table cannot be used/],
  ['something gone from a whole one', '{"version":1}\n-{"tcp":{}}\n', /^Line 2 of the table cannot be used/],
  ['what nobody knows', '{"version":1}\n{"rout":{}}\n', /one of route, tcp, site, challenge, found rout/],
  ['two in one line', '{"version":1}\n{"route":{},"site":{}}\n', /found route, site/],
  ['something missing', '{"version":1}\n{"tcp":{"serviceId":"svc_a","port":1,"allow":[]}}\n', /targets/],
  ['a line that is cut', '{"version":1}\n{"tcp":', /not whole/],
])('%s is refused with what is wrong', (_, text, message) => {
  expect(() => read(Buffer.from(text))).toThrow(message)
})
