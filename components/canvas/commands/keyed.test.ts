import { expect, it } from 'vitest'

import { KEYED, keyedFor } from './keyed'
import { PANE } from './subject'
import { ALL } from './table'

it('knows every command that has keys, before the rest of the commands is loaded', () => {
  expect(ALL.filter(([, { keys }]) => keys !== undefined).map(([id]) => id).sort()).toEqual(Object.keys(KEYED).sort())
})

it('tells what a press means for what is selected', () => {
  const press = (key: string, modifiers = {}) => ({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...modifiers })
  const several = { kind: 'selection', ids: ['svc_a', 'svc_b'] } as const
  expect([keyedFor(press('Delete'), several), keyedFor(press('Delete'), PANE), keyedFor(press('k', { ctrlKey: true }), PANE), keyedFor(press('k'), PANE)]).toEqual(['delete', undefined, 'palette', undefined])
})
