import { expect, test } from 'vitest'

import { followNames } from './rename-reference'

test.each([
  ['no reference', 'plain $api ${api}', 'plain $api ${api}'],
  ['a reference to it', 'x ${{api.URL}}/v1 ${{ api.KEY }}', 'x ${{"my api".URL}}/v1 ${{"my api".KEY}}'],
  ['a reference to another', '${{db.URL}} ${{ db.URL }}', '${{db.URL}} ${{ db.URL }}'],
  ['a quoted reference', '${{"api".URL}}', '${{"my api".URL}}'],
])('%s', (_, value, expected) => {
  expect(followNames(value, new Map([['api', 'my api']]))).toBe(expected)
})

test('names that change places are told apart', () => {
  expect(followNames('${{a.K}}${{b.K}}', new Map([['a', 'b'], ['b', 'a']]))).toBe('${{b.K}}${{a.K}}')
})
