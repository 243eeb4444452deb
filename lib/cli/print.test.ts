import { expect, test } from 'vitest'

import { render } from './print'

test('rows of a database are a table, with what else is told below', () => {
  const answer = { columns: [{ name: 'id' }, { name: 'note' }, { name: 'id' }], rows: [['1', null, 'x'], ['20', ['begin\nning'], '']], hasMore: false, changed: null }
  expect(render(answer)).toBe('id  note         id\n1   NULL         x\n20  begin ning…\n\nhasMore  false\nchanged  -')
})

test('a statement without rows tells what it changed, and tables are a list', () => {
  expect(render({ columns: [], rows: [], changed: 3 })).toBe('changed  3')
  expect(render({ kind: 'tables', tables: [{ schema: 'public', name: 'people', rows: 30 }], databases: [] })).toBe('schema  name    rows\npublic  people  30')
})
