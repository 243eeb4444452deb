import { expect, it } from 'vitest'

import { addressList } from './address-list'

it.each<[string, string[], string, boolean]>([
  ['an address', ['203.0.113.7'], '203.0.113.7', true],
  ['another address', ['203.0.113.7'], '203.0.113.8', false],
  ['an address written as one of IPv6', ['10.0.0.0/8'], '::ffff:10.1.2.3', true],
  ['a range written as one of IPv6', ['::ffff:a00:0/104'], '10.1.2.3', true],
  ['an address outside of that', ['::ffff:a00:0/104'], '11.1.2.3', false],
  ['all of IPv6, for IPv4', ['::/0'], '10.1.2.3', false],
  ['all of IPv6, for IPv4 written as one of IPv6', ['::/0'], '::ffff:10.1.2.3', false],
  ['all of IPv6', ['::/0'], '2001:db8::1', true],
  ['all of IPv4, for IPv6', ['0.0.0.0/0'], '2001:db8::1', false],
  ['a range of IPv6', ['2001:db8::/32'], '2001:0DB8:0::1', true],
  ['an address of a link, with its interface', ['fe80::/10'], 'fe80::1%eth0', true],
  ['nothing', [], '127.0.0.1', false],
  ['what is no range', ['everybody', '10.0.0.0/33'], '10.0.0.1', false],
  ['no address', ['0.0.0.0/0', '::/0'], '', false],
])('%s', (_, ranges, address, isIn) => {
  expect(addressList(ranges).has(address)).toBe(isIn)
})
