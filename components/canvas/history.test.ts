import { expect, it } from 'vitest'

import { redo, remember, undo } from './history'

const move = (from: number, to: number) => ({ before: { svc: { x: from, y: 0 } }, after: { svc: { x: to, y: 0 } } })
const empty = { past: [], future: [] }

it('takes moves back in reverse order and makes them again', () => {
  const two = remember(remember(empty, move(0, 1)), move(1, 2))
  const first = undo(two)!
  expect(first.places).toEqual({ svc: { x: 1, y: 0 } })
  const second = undo(first.history)!
  expect(second.places).toEqual({ svc: { x: 0, y: 0 } })
  expect(undo(second.history)).toBeNull()
  expect(redo(second.history)!.places).toEqual({ svc: { x: 1, y: 0 } })
})

it('forgets what was undone as soon as something else is moved', () => {
  const undone = undo(remember(empty, move(0, 1)))!.history
  expect(redo(remember(undone, move(0, 5)))).toBeNull()
})
