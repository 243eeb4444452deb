import type { Dns, DnsProblem } from './ask-dns'

/** A longer chain is a circle, or a mistake. */
const MOST_HOPS = 8

/** Where a name leads: over which others, and to which addresses. */
export type Followed = { ok: true; names: string[]; addresses: string[] } | { ok: false; names: string[]; problem: DnsProblem | 'circle' }

/** Follows CNAME records one by one, so that what is found can be told, then asks for addresses of both families. */
export async function followName(dns: Dns, name: string): Promise<Followed> {
  const names: string[] = []
  let at = name
  for (;;) {
    const next = await dns.cname(at)
    if (!next.ok) break
    at = next.values[0]!
    if (names.includes(at) || at === name || names.length === MOST_HOPS) return { ok: false, names: [...names, at], problem: 'circle' }
    names.push(at)
  }
  const [four, six] = await Promise.all([dns.ipv4(at), dns.ipv6(at)])
  const addresses = [...(four.ok ? four.values : []), ...(six.ok ? six.values.map(plainIpv6) : [])]
  if (addresses.length > 0) return { ok: true, names, addresses: [...new Set(addresses)].sort() }
  // Of two problems the one that says more; a name without records of one family is nothing unusual.
  const [problem] = [four, six].flatMap((answer) => (answer.ok ? [] : [answer.problem])).sort((a, b) => WEIGHT.indexOf(a) - WEIGHT.indexOf(b))
  return { ok: false, names, problem: problem ?? 'empty' }
}

const WEIGHT: readonly DnsProblem[] = ['failed', 'refused', 'silent', 'unknown', 'empty']

/** One way to write it, so that addresses can be compared. */
export function plainIpv6(address: string): string {
  return address.includes(':') ? new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1) : address
}
