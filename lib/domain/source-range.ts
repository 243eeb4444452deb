// Who may connect: addresses and ranges of addresses, as people write them.

/** Every address there is. */
export const ANYWHERE = ['0.0.0.0/0', '::/0']

export type SourceRange = { address: string; prefix: number; family: 'ipv4' | 'ipv6' }

/** `203.0.113.7`, `203.0.113.0/24`, `2001:db8::/32`; null for anything else. */
export function parseRange(text: string): SourceRange | null {
  const [address = '', prefix, ...rest] = text.trim().split('/')
  const family = isIpv4(address) ? 'ipv4' : isIpv6(address) ? 'ipv6' : null
  if (family === null || rest.length > 0 || (prefix !== undefined && !/^\d{1,3}$/.test(prefix))) return null
  const most = family === 'ipv4' ? 32 : 128
  const bits = prefix === undefined ? most : Number(prefix)
  return bits > most ? null : { address, prefix: bits, family }
}

function isIpv4(text: string): boolean {
  const parts = text.split('.')
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)
}

function isIpv6(text: string): boolean {
  if (!/^[0-9a-f:]{2,39}$/i.test(text) || text.split('::').length > 2) return false
  const groups = text.split(':').filter((group) => group !== '')
  return groups.every((group) => group.length <= 4) && (text.includes('::') ? groups.length < 8 : groups.length === 8 && !/^:|:$/.test(text))
}
