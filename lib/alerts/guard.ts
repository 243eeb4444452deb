import { lookup as resolve, type LookupAddress } from 'node:dns'
import { BlockList, isIP } from 'node:net'

// Which addresses messages may be sent to. Whoever manages channels types the addresses, and many of them are in the network of
// the operator: a chat server beside Easel is what people have. So those are allowed, unless the operator says otherwise. Addresses of the
// link are never allowed: that is where clouds tell a machine its credentials. What counts is the address that is connected to, not the
// name: a name that leads elsewhere the second time is looked at the second time.

export type AddressPolicy = { /** Whether addresses of this machine and of private networks may be sent to. */ allowsPrivate: boolean }

const LINK = new BlockList()
LINK.addSubnet('169.254.0.0', 16)
LINK.addSubnet('fe80::', 10, 'ipv6')
/** Of clouds, outside of the link. */
LINK.addAddress('fd00:ec2::254', 'ipv6')
LINK.addAddress('100.100.100.200')

const NOWHERE = new BlockList()
NOWHERE.addSubnet('224.0.0.0', 4)
NOWHERE.addSubnet('240.0.0.0', 4)
NOWHERE.addSubnet('ff00::', 8, 'ipv6')

const PRIVATE = new BlockList()
for (const [net, bits] of [['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['172.16.0.0', 12], ['192.168.0.0', 16]] as const) PRIVATE.addSubnet(net, bits)
PRIVATE.addSubnet('::', 127, 'ipv6')
PRIVATE.addSubnet('fc00::', 7, 'ipv6')

/** Why nothing is sent to an address, as a sentence; null when it may be. */
export function addressProblem(address: string, { allowsPrivate }: AddressPolicy): string | null {
  const plain = unmapped(address)
  const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4'
  if (LINK.check(plain, family)) return `Nothing is sent to ${plain}: it is an address of the local link, where clouds keep the credentials of machines.`
  if (NOWHERE.check(plain, family)) return `Nothing is sent to ${plain}: it is not the address of one machine.`
  if (!allowsPrivate && PRIVATE.check(plain, family)) return `Nothing is sent to ${plain}: it is in a private network, which the operator of Easel does not allow.`
  return null
}

/** An IPv4 address that is written as one of IPv6 is what it is. */
function unmapped(address: string): string {
  const dotted = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (dotted !== undefined) return dotted
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(address) ?? []
  if (high === undefined || low === undefined) return address
  const bits = [Number.parseInt(high, 16), Number.parseInt(low, 16)]
  return bits.flatMap((part) => [part >> 8, part & 255]).join('.')
}

/** An address of a host that may be sent to. Throws an Error with a sentence. */
export async function addressOf(host: string, policy: AddressPolicy): Promise<string> {
  const bare = host.replace(/^\[|\]$/g, '')
  const found: LookupAddress[] = isIP(bare) ? [{ address: bare, family: isIP(bare) }] : await new Promise((done, fail) => resolve(bare, { all: true }, (error, all) => (error ? fail(new Error(`The name ${bare} leads nowhere (${error.code ?? 'unknown'}). Check how it is written, and the name server of this machine.`, { cause: error })) : done(all))))
  const problems = found.map(({ address }) => addressProblem(address, policy))
  const allowed = found.find((_, i) => problems[i] === null)
  if (!allowed) throw new Error(problems[0] ?? `The name ${bare} has no address.`)
  return allowed.address
}
