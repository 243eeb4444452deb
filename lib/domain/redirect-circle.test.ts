import { expect, test } from 'vitest'

import { redirectCircle } from './redirect-circle'

const of = (rules: Record<string, string>, sentBack: string[] = []) => redirectCircle(Object.entries(rules).map(([from, to]) => ({ from, to })), { hostname: 'www.example.com', sentBack })

test.each<[string, Record<string, string>, string[]]>([
  ['two that lead to each other', { '/a': '/b', '/b': '/a' }, ['/a', '/b', '/a']],
  ['three', { '/a': '/b', '/b': '/c?x=1', '/c': 'https://www.example.com/a' }, ['/a', '/b', '/c', '/a']],
  ['one that leads below itself', { '/a/*': '/a/b/*' }, ['/a/x', '/a/b/x', '/a/b/b/x', '/a/b/b/b/x']],
])('%s never arrive', (_, rules, steps) => {
  expect(of(rules)).toEqual(steps)
})

test.each<[string, Record<string, string>]>([
  ['a chain', { '/a': '/b', '/b': '/c' }],
  ['everything to one page, which is shown', { '/*': '/soon' }],
  ['one that leads to itself, which is not followed', { '/a': '/a', '/b/*': 'https://www.example.com/b/*' }],
  ['another host', { '/*': 'https://other.example.com/*' }],
  ['what begins alike', { '/a/*': '/ab/*' }],
  ['the first of two', { '/a': '/b', '/a/*': '/a' }],
])('%s arrives', (_, rules) => {
  expect(of(rules)).toBeNull()
})

test('a name that sends its visitors back is no way out', () => {
  expect(of({ '/*': 'https://example.com/*' })).toBeNull()
  expect(of({ '/*': 'https://example.com/*' }, ['example.com'])).toEqual(['/x', 'https://example.com/x', '/x'])
})
