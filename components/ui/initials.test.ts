import { expect, it } from 'vitest'

import { initials } from './initials'

it.each([
  ['Ada Lovelace', 'AL'],
  ['ada', 'A'],
  ['Grace Brewster Murray Hopper', 'GH'],
  ['  ', '?'],
  ['(Team) 9 lives', 'TL'],
  ['Åse Ørsted', 'ÅØ'],
])('shows %s as %s', (name, letters) => expect(initials(name)).toBe(letters))
