import { expect, it } from 'vitest'

import { commonReason } from './common-reason'

const WHY = 'You are a viewer. This takes a developer or more.'
const off = (label: string, disabledReason: string) => ({ label, disabledReason })

it('a reason that many entries share is found, whatever else is in the menu', () => {
  expect(commonReason([{ kind: 'heading', label: 'Add' }, off('Git', WHY), { kind: 'separator' }, off('Folder', WHY), { label: 'Open' }, off('Stop', 'It is not running.'), off('Volume', WHY)])).toBe(WHY)
})

it('reasons of few entries stay where they are', () => {
  expect(commonReason([off('Git', WHY), off('Folder', WHY), off('Stop', 'It is not running.'), { label: 'Open', disabledReason: null }])).toBeNull()
})
