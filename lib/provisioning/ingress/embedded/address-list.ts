import { BlockList, isIPv4, isIPv6 } from 'node:net'

import { parseRange } from '../../../domain/source-range'

/** `::ffff:0:0/96` (RFC 4291, 2.5.5.2). */
const MAPPED_BITS = 96
const MAPPED = new BlockList()
MAPPED.addSubnet('::ffff:0:0', MAPPED_BITS, 'ipv6')

/** Addresses and ranges as something that can be asked. */
export type AddressList = { has(address: string): boolean }

/** What cannot be read as an address or a range is left out. */
export function addressList(ranges: readonly string[]): AddressList {
  // Apart, because one list takes `::/0` for every IPv4 address as well.
  const [four, six] = [new BlockList(), new BlockList()]
  for (const range of ranges.map(parseRange)) {
    if (range === null) continue
    const list = range.family === 'ipv4' ? four : six
    list.addSubnet(range.address, range.prefix, range.family)
    // Those that are an IPv4 address written as one of IPv6 mean that one.
    if (range.family === 'ipv6' && range.prefix >= MAPPED_BITS && MAPPED.check(range.address, 'ipv6')) four.addSubnet(plainAddress(mapped(range.address)), range.prefix - MAPPED_BITS, 'ipv4')
  }
  return {
    has(written) {
      const address = plainAddress(written)
      return isIPv4(address) ? four.check(address, 'ipv4') : isIPv6(address) && six.check(address, 'ipv6')
    },
  }
}

/** An IPv4 address may come written as one of IPv6. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}

/** `::ffff:10.0.0.1` of `::ffff:a00:1`, however it is written. */
function mapped(address: string): string {
  const [high = 0, low = 0] = new URL(`http://[${address}]`).hostname.slice(1, -1).split(':').slice(-2).map((part) => Number.parseInt(part || '0', 16))
  return `::ffff:${[high >> 8, high & 255, low >> 8, low & 255].join('.')}`
}
