import { expect, it } from 'vitest'

import { expositionOf } from './exposition'

it('writes families as Prometheus reads them, and none without samples', () => {
  expect(
    expositionOf([
      { name: 'a_total', help: 'Has a \\ and\ntwo lines', type: 'counter', samples: [{ labels: {}, value: 3 }] },
      { name: 'none', help: '', type: 'gauge', samples: [] },
      { name: 'b', help: 'B', type: 'gauge', samples: [{ labels: { one: 'say "x"', two: 'a\\b\nc' }, value: 0.5 }] },
    ]),
  ).toBe('# HELP a_total Has a \\\\ and\\ntwo lines\n# TYPE a_total counter\na_total 3\n# HELP b B\n# TYPE b gauge\nb{one="say \\"x\\"",two="a\\\\b\\nc"} 0.5\n')
})
