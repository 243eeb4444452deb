import { BlockList, isIPv4, isIPv6 } from 'node:net'

import { parseRange } from '../../../domain/source-range'

/** Addresses and ranges as something that can be asked. */
export type AddressList = { has(address: string): boolean }

/** What cannot be read as an address or a range is left out. */
export function addressList(ranges: readonly string[]): AddressList {
  const list = new BlockList()
  for (const range of ranges.map(parseRange)) if (range) list.addSubnet(range.address, range.prefix, range.family)
  return {
    has(written) {
      const address = plainAddress(written)
      return isIPv4(address) ? list.check(address, 'ipv4') : isIPv6(address) && list.check(address, 'ipv6')
    },
  }
}

/** An IPv4 address may come written as one of IPv6. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}
