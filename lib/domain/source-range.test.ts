import { expect, it } from 'vitest'

import { ANYWHERE, parseRange } from './source-range'

it.each([
  ['203.0.113.7', { address: '203.0.113.7', prefix: 32, family: 'ipv4' }],
  [' 203.0.113.0/24 ', { address: '203.0.113.0', prefix: 24, family: 'ipv4' }],
  ['0.0.0.0/0', { address: '0.0.0.0', prefix: 0, family: 'ipv4' }],
  ['2001:db8::/32', { address: '2001:db8::', prefix: 32, family: 'ipv6' }],
  ['::1', { address: '::1', prefix: 128, family: 'ipv6' }],
  ['::/0', { address: '::', prefix: 0, family: 'ipv6' }],
  ['1:2:3:4:5:6:7:8', { address: '1:2:3:4:5:6:7:8', prefix: 128, family: 'ipv6' }],
  ['', null],
  ['example.com', null],
  ['203.0.113', null],
  ['203.0.113.256', null],
  ['203.0.113.07', null],
  ['203.0.113.0/33', null],
  ['203.0.113.0/', null],
  ['203.0.113.0/24/1', null],
  ['2001:db8', null],
  ['1::2::3', null],
  ['::/129', null],
])('%j is read as %o', (text, expected) => expect(parseRange(text)).toEqual(expected))

it('knows every address by two ranges', () => expect(ANYWHERE.map(parseRange).every((range) => range?.prefix === 0)).toBe(true))
