import { expect, it } from 'vitest'

import { DEFAULT_WIDGETS } from '@/lib/domain/dashboard'

import { addWidget, changeWidget, placeWidget, placeWords, removeWidget, replaceWidgets, startDraft, takeBack } from './dashboard-draft'

const start = () => startDraft(3, DEFAULT_WIDGETS)
const DISK = { chart: 'disk', title: null, serviceId: null } as const

it('takes back every change, one after another', () => {
  const first = start()
  let draft = addWidget(first, DISK, 'new')
  expect(draft.widgets.at(-1)).toEqual({ id: 'new', ...DISK, x: 0, y: 9, width: 6, height: 3 })
  draft = changeWidget(draft, 'new', { ...DISK, title: 'Disk of all' })
  draft = placeWidget(draft, 'new', { x: 6, y: 0 })
  draft = placeWidget(draft, 'new', { width: 4 })
  draft = removeWidget(draft, 'cpu')
  draft = replaceWidgets(draft, [])
  expect(draft.past.map(({ did }) => did)).toEqual(['Add', 'Change', 'Move', 'Resize', 'Remove', 'Replace'])
  for (let left = 6; left > 0; left--) draft = takeBack(draft)
  expect(draft).toEqual(first)
  expect(takeBack(draft)).toBe(draft)
})

it('has nothing to take back of a change that changes nothing', () => {
  const draft = start()
  expect(placeWidget(draft, 'requests', { y: 7 }).past).toHaveLength(1)
  expect(placeWidget(draft, 'requests', { x: -4, y: -1 })).toBe(draft)
})

it('closes the hole of what is removed', () => {
  expect(removeWidget(start(), 'requests').widgets.find(({ id }) => id === 'latency')).toMatchObject({ x: 0, y: 0 })
})

it('says where something stands', () => {
  expect(placeWords({ x: 6, y: 3, width: 6, height: 2 })).toBe('column 7, row 4, 6 wide, 2 high')
})
