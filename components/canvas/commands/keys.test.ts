import { expect, it } from 'vitest'

import { chordWords, isChord } from './keys'

const press = (key: string, modifiers: Partial<Record<'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey', boolean>> = {}) => ({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...modifiers })

it.each([
  [press('k', { ctrlKey: true }), 'mod+k', true],
  [press('K', { metaKey: true }), 'mod+k', true],
  [press('k'), 'mod+k', false],
  [press('Z', { ctrlKey: true, shiftKey: true }), 'mod+z', false],
  [press('Z', { ctrlKey: true, shiftKey: true }), 'mod+shift+z', true],
  [press('?', { shiftKey: true }), '?', true],
  [press('?'), '?', true],
  [press('Delete'), 'delete', true],
  [press('Delete', { altKey: true }), 'delete', false],
  [press('F2'), 'f2', true],
  [press('L', { shiftKey: true }), 'shift+l', true],
  [press('l'), 'shift+l', false],
])('%o is %s: %s', (pressed, chord, expected) => {
  expect(isChord(pressed, chord)).toBe(expected)
})

it('writes chords as they stand on keyboards', () => {
  expect([chordWords('mod+shift+z', true), chordWords('mod+shift+z', false), chordWords('f2', false), chordWords('delete', true)]).toEqual(['⌘⇧Z', 'Ctrl Shift Z', 'F2', 'Del'])
})
