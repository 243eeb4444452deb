import fc from 'fast-check'
import { expect, test } from 'vitest'

import { route, site } from './conformance/stage'
import type { RouteTable } from './table'
import { piecesOf, tableReader, type KnownLines, type TableEntry } from './table-lines'

const bytesOf = (table: RouteTable) => Buffer.from([...piecesOf(table)].join(''))

function read(bytes: Buffer, known: KnownLines = new Map(), cuts: readonly number[] = []) {
  const entries: TableEntry[] = []
  const reader = tableReader(known, (entry) => void entries.push(entry))
  let from = 0
  for (const cut of [...cuts].sort((a, b) => a - b).concat(bytes.length)) {
    reader.read(bytes.subarray(from, cut))
    from = Math.max(from, cut)
  }
  return { ...reader.finish(), entries }
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
  const bytes = bytesOf(table)
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { maxLength: 20 }), (cuts) => {
      const { version, entries } = read(bytes, new Map(), cuts)
      expect(version).toBe(7)
      expect(entries.map(({ value }) => value)).toEqual(values(table))
    }),
  )
})

test('what is known from the table before is the same thing again, and only what is new is read', () => {
  const first = read(bytesOf(table))
  const changed = { ...table, version: 8, routes: [table.routes[0]!, route({ serviceId: 'svc_b', unavailable: 'stopped' })] }
  const second = read(bytesOf(changed), first.lines)
  expect(second.entries.map(({ value }) => value)).toEqual(values(changed))
  expect(second.entries.map((entry, i) => entry === first.entries[i])).toEqual([true, false, true, true, true])
})

test.each([
  ['nothing at all', '', /is empty/],
  ['no version', '{"route":{}}\n', /^Line 1 of the table cannot be used/],
  ['no JSON', '{"version":1}\nno\n', /^Line 2 of the table cannot be used/],
  ['what nobody knows', '{"version":1}\n{"rout":{}}\n', /one of route, tcp, site, challenge, found rout/],
  ['two in one line', '{"version":1}\n{"route":{},"site":{}}\n', /found route, site/],
  ['something missing', '{"version":1}\n{"tcp":{"serviceId":"svc_a","port":1,"allow":[]}}\n', /targets/],
  ['a line that is cut', '{"version":1}\n{"tcp":', /not whole/],
])('%s is refused with what is wrong', (_, text, message) => {
  expect(() => read(Buffer.from(text))).toThrow(message)
})
