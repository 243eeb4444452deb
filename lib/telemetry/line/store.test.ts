import { expect, test } from 'vitest'

import { printedLines } from './store'

const READ = Date.UTC(2026, 0, 31, 15, 4, 5, 0)
const about = { kind: 'runtime', stream: 'stdout', deploymentId: 'dep_1', part: '0' } as const
const timesOf = (texts: string[], beganMs: number | null = READ - 3_600_000) => [...printedLines(about, texts, { mask: (text) => text, readMs: READ, beganMs })].map(({ at, text }) => [text, at.getTime() - READ])
const said = (beforeMs: number, words: string) => `${new Date(READ - beforeMs).toISOString()} INFO ${words}`

test('lines that were printed in one go stay in order, whether they say when or not', () => {
  const [one, two] = [said(90, 'one'), said(40, 'two')]
  expect(timesOf(['plain', one, 'more', '', two, 'end'])).toEqual([['plain', -90], [one, -90], ['more', -90], ['', -90], [two, -40], ['end', -40]])
})

test('what says nothing of when was read now, also beside a line of another time', () => {
  expect(timesOf(['a', 'b'])).toEqual([['a', 0], ['b', 0]])
  const old = said(1_800_000, 'from long ago')
  expect(timesOf(['a', old, 'b'])).toEqual([['a', 0], [old, -1_800_000], ['b', 0]])
  const never = '2199-01-01T00:00:00Z INFO never'
  expect(timesOf([never, 'b'])).toEqual([[never, 0], ['b', 0]])
  expect(timesOf([said(90, 'of a build'), 'b'], null).map(([, at]) => at)).toEqual([0, 0])
})

test('none is left out or changes places, however many say nothing', () => {
  const many = Array.from({ length: 1_000 }, (_, i) => `line ${i}`)
  const one = said(90, 'one')
  const found = timesOf([...many, one, ...many])
  expect(found.map(([text]) => text)).toEqual([...many, one, ...many])
  expect(found.at(-1)![1]).toBe(-90)
})
