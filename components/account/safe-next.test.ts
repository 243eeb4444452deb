import { expect, it } from 'vitest'

import { safeNext } from './safe-next'

it.each([
  ['/activity?project=prj_1', '/activity?project=prj_1'],
  [undefined, '/projects'],
  [['/a', '/b'], '/projects'],
  ['https://evil.example', '/projects'],
  ['//evil.example', '/projects'],
  ['/\\evil.example', '/projects'],
  ['/a\\b', '/projects'],
  ['/\t/evil.example', '/projects'],
  ['javascript:alert(1)', '/projects'],
])('goes from %j to %s', (next, target) => expect(safeNext(next as string)).toBe(target))
