import { expect, it } from 'vitest'

import type { LogSearch } from '@/lib/contract/log'
import { sampleLine } from '@/test/harness/log-line'

import { NO_LINES, withOlder } from './line-window'
import { nextUnknown, type Where } from './next-unknown'

const lines = (from: number, until: number) => Array.from({ length: until - from }, (_, index) => sampleLine({ id: String(from + index) }))
const page = (from: number, until: number): LogSearch => ({ lines: lines(from, until), before: from === 0 ? null : `b${from}`, after: `a${until}`, searchedTo: null, notes: [] })

it('goes on over pages of lines that are held, as of a flood within one millisecond', async () => {
  const window = withOlder(NO_LINES, page(100, 400))
  const asked: Where[] = []
  const search = async (where: Where) => {
    asked.push(where)
    const until = asked.length === 1 ? 400 : Number((where as { before: string }).before.slice(1))
    return page(Math.max(0, until - 100), until)
  }
  expect((await nextUnknown(search, window, { before: 'b400' })).lines[0]!.id).toBe('0')
  expect(asked).toEqual([{ before: 'b400' }, { before: 'b300' }, { before: 'b200' }, { before: 'b100' }])
})

it('ends where there is nothing more, and where searching took too long', async () => {
  const window = withOlder(NO_LINES, page(0, 100))
  expect(await nextUnknown(async () => page(0, 100), window, { before: 'b100' })).toMatchObject({ before: null })
  const tired = { ...page(50, 100), searchedTo: '2026-01-01T00:00:00.000Z' }
  expect(await nextUnknown(async () => tired, window, { before: 'b100' })).toBe(tired)
})
