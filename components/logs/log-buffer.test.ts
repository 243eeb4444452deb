import { describe, expect, it } from 'vitest'

import { sampleLine } from '@/test/harness/log-line'

import { append, CAPACITY, EMPTY_BUFFER, prepend, search, toText } from './log-buffer'

const line = (id: number, text = `line ${id}`) => sampleLine({ id: String(id), text })
const ids = (buffer: { lines: readonly { id: string }[] }) => buffer.lines.map(({ id }) => Number(id))

describe('the log buffer', () => {
  it('takes a line once, also when a stream repeats it after a reconnect', () => {
    const first = append(EMPTY_BUFFER, [line(8), line(9)])
    expect(ids(append(first, [line(9), line(10)]))).toEqual([8, 9, 10])
    expect(append(first, [line(9)])).toBe(first)
  })

  it('puts older lines before and remembers whether there are more', () => {
    const buffer = prepend(append(EMPTY_BUFFER, [line(100)]), [line(98), line(99), line(100)], true)
    expect(ids(buffer)).toEqual([98, 99, 100])
    expect(buffer.hasBefore).toBe(true)
  })

  it('lets go of the oldest lines when it is full, and knows that they can be read again', () => {
    const full = append(EMPTY_BUFFER, Array.from({ length: CAPACITY }, (_, index) => line(index + 1)))
    const more = append(full, [line(CAPACITY + 1)])
    expect(more.lines.length).toBe(CAPACITY)
    expect(more.lines[0]!.id).toBe('2')
    expect(more.hasBefore).toBe(true)
  })

  it('searches for all words in the text without its colours', () => {
    const { lines } = append(EMPTY_BUFFER, [line(1, '\u001b[31mError:\u001b[0m port taken'), line(2, 'error: no such file')])
    expect(search(lines, 'ERROR port').map(({ id }) => id)).toEqual(['1'])
    expect(search(lines, '  ')).toBe(lines)
  })

  it('writes a file with the exact time and no colour codes', () =>
    expect(toText(append(EMPTY_BUFFER, [line(1, '\u001b[32mok\u001b[0m')]).lines)).toBe('2026-01-01T00:00:00.000Z ok\n'))
})
