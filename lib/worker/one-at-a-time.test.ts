import { expect, test } from 'vitest'

import { oneAtATime } from './one-at-a-time'

test('runs once more after a run during which it was asked, and never beside it', async () => {
  const runs: string[] = []
  const release: (() => void)[] = []
  let atOnce = 0
  const run = oneAtATime(async (key) => {
    expect(++atOnce).toBeLessThanOrEqual(2)
    runs.push(key)
    await new Promise<void>((resolve) => release.push(resolve))
    atOnce--
  })
  const first = run('a')
  const other = run('b')
  await Promise.all([run('a'), run('a'), run('a')])
  expect(runs).toEqual(['a', 'b'])
  release.splice(0).forEach((resolve) => resolve())
  await other
  while (release.length === 0) await Promise.resolve()
  expect(runs).toEqual(['a', 'b', 'a'])
  release.splice(0).forEach((resolve) => resolve())
  await first
  expect(runs).toEqual(['a', 'b', 'a'])
})

test('can be run again after a failure', async () => {
  let fails = true
  const run = oneAtATime(async () => {
    if (fails) throw new Error('no')
  })
  await expect(run('a')).rejects.toThrow('no')
  fails = false
  await expect(run('a')).resolves.toBeUndefined()
})
