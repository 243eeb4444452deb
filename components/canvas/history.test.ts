import { describe, expect, it } from 'vitest'

import { advanced, EMPTY_HISTORY, inverse, rebind, redone, remember, together, undone, without, type Step } from './history'

const move = (from: number, to: number, id = 'svc_a'): Step => ({ label: 'Move', kind: 'move', before: { [id]: { x: from, y: 0 } }, after: { [id]: { x: to, y: 0 } } })
const rename: Step = { label: 'Rename', kind: 'set', setting: { of: 'name', kind: 'service', id: 'svc_a', before: 'api', after: 'web' } }
const draw: Step = { label: 'Group', kind: 'draw', thing: { kind: 'group', id: 'grp_a', group: { kind: 'group', id: 'grp_a', name: 'G', x: 0, y: 0, width: 1, height: 1 }, nodes: ['svc_a'] } }

describe('a history', () => {
  it('takes steps back in reverse order and makes them again', () => {
    const two = remember(remember(EMPTY_HISTORY, move(0, 1)), rename)
    const one = undone(two)
    expect(one).toEqual({ past: [move(0, 1)], future: [rename] })
    const none = undone(one)
    expect(none).toEqual({ past: [], future: [move(0, 1), rename] })
    expect(undone(none)).toEqual(none)
    expect(redone(redone(none))).toEqual(two)
    expect(redone(two)).toEqual(two)
  })

  it('forgets what was undone as soon as something else is done', () => {
    expect(remember(undone(remember(EMPTY_HISTORY, rename)), move(0, 5)).future).toEqual([])
  })

  it('keeps the last hundred steps', () => {
    const long = Array.from({ length: 120 }, (_, n) => move(n, n + 1)).reduce(remember, EMPTY_HISTORY)
    expect(long.past).toHaveLength(100)
    expect(long.past.at(-1)).toEqual(move(119, 120))
  })

  it('goes on without a step that has lost its ground', () => {
    const step = move(0, 1)
    expect(without(remember(remember(EMPTY_HISTORY, step), rename), step).past).toEqual([rename])
  })
})

describe('the inverse of a step', () => {
  it.each([
    ['a move', move(0, 1), move(1, 0)],
    ['a setting', rename, { ...rename, setting: { of: 'name', kind: 'service', id: 'svc_a', before: 'web', after: 'api' } }],
    ['drawing', draw, { ...draw, kind: 'remove' }],
    ['several, the last first', together('Both', [move(0, 1), rename]), { label: 'Both', kind: 'several', steps: [inverse(rename), move(1, 0)] }],
  ] as [string, Step, Step][])('takes back %s', (_, step, expected) => {
    expect(inverse(step)).toEqual(expected)
    expect(inverse(inverse(step))).toEqual(step)
  })
})

it('means by a new id what was drawn again', () => {
  const history = undone(remember(remember(EMPTY_HISTORY, draw), move(0, 1)))
  const { past, future } = rebind(history, new Map([['grp_a', 'grp_b'], ['svc_a', 'svc_b']]))
  expect(past[0]).toMatchObject({ thing: { id: 'grp_b', group: { id: 'grp_b', name: 'G' }, nodes: ['svc_b'] } })
  expect(future[0]).toMatchObject({ before: { svc_b: { x: 0 } }, after: { svc_b: { x: 1 } } })
})

it('makes one step of several, and none of none', () => {
  expect(together('Nothing', [])).toBeNull()
  expect(together('Move 1', [move(0, 1)])).toMatchObject({ kind: 'move', label: 'Move 1' })
})

it('may take a drawing back after what was set of it from here, and not after what somebody else has set', () => {
  const added: Step = { label: 'Add', kind: 'draw', thing: { kind: 'service', id: 'svc_a', again: {}, by: 'service.create', revision: 1 } }
  const revisionOf = (history: typeof EMPTY_HISTORY) => (history.past[0] as typeof added & { thing: { revision: number } }).thing.revision
  const ours = advanced(remember(EMPTY_HISTORY, added), 'svc_a', { from: 1, to: 2 })
  expect(revisionOf(ours)).toBe(2)
  expect(revisionOf(advanced(ours, 'svc_a', { from: 3, to: 4 }))).toBe(2)
  expect(revisionOf(advanced(ours, 'svc_b', { from: 2, to: 3 }))).toBe(2)
})
