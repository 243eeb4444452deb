import type { DomainRecord } from '../contract/domain'
import { baseOf, challengeName, isWithin, readHostName } from './host-name'
import { parseRange } from './source-range'

// Which DNS records make a host name lead here, and prove whose it is.

/** Where the instance is reached. `addresses`: as they were set, addresses and names. `domain`: below which services have their hosts. */
export type Way = { addresses: readonly string[]; domain: string }

export type Claim = { hostname: string; token: string; isApex: boolean; /** Of its service. */ hostLabel: string }

/** Whether names below the domain of the instance can be looked up by everybody. */
export function isPublicDomain(domain: string): boolean {
  return readHostName(`a.${domain}`).ok
}

/** The host that a service has from the instance: a CNAME to it proves that a name is meant for that service. */
export function ownHost(hostLabel: string, domain: string): string {
  return `${hostLabel}.${domain}`
}

/** In the order in which they are shown: proof first. A CNAME to the service's own host proves and leads at once. */
export function recordsFor({ hostname, token, isApex, hostLabel }: Claim, way: Way): DomainRecord[] {
  const isWildcard = hostname.startsWith('*.')
  const proof: DomainRecord = { type: 'TXT', name: challengeName(hostname), value: token, purpose: 'proof' }
  const lead = (type: DomainRecord['type'], value: string): DomainRecord => ({ type, name: hostname, value, purpose: 'lead' })
  if (isPublicDomain(way.domain) && !isApex) {
    const own = ownHost(hostLabel, way.domain)
    return isWildcard ? [proof, lead('CNAME', own)] : [{ type: 'CNAME', name: hostname, value: own, purpose: 'both' }]
  }
  const names = way.addresses.filter((address) => parseRange(address) === null)
  if (names.length > 0 && !isApex) return [proof, lead('CNAME', names[0]!)]
  return [proof, ...way.addresses.flatMap((address) => ({ ipv4: [lead('A', address)], ipv6: [lead('AAAA', address)] })[parseRange(address)?.family ?? 'none' as 'ipv4'] ?? [])]
}

/** What cannot be said of the records, and what to do; null when all is said. */
export function hintFor({ hostname, isApex, hostLabel }: Claim, way: Way): string | null {
  const names = way.addresses.filter((address) => parseRange(address) === null)
  const knowsAddresses = way.addresses.length > names.length
  if (!isApex && (isPublicDomain(way.domain) || way.addresses.length > 0)) return null
  const name = names[0] ?? (isPublicDomain(way.domain) ? ownHost(hostLabel, way.domain) : null)
  if (isApex && knowsAddresses) return name === null ? null : `If your DNS provider has ALIAS or ANAME records, one from ${baseOf(hostname)} to ${name} does as well.`
  if (isApex && name !== null) return `DNS allows no CNAME at ${baseOf(hostname)} itself. Use an ALIAS or ANAME record to ${name} where your DNS provider has them; else ask the operator to set EASEL_INGRESS_ADDRESSES to the addresses of this instance, then A and AAAA records are named here.`
  return `Make A and AAAA records with the public addresses of this instance. They can be named here once the operator has set EASEL_INGRESS_ADDRESSES.`
}

/** Why nobody can bring this name, because it is the instance's own; null when it is not. */
export function whyOurs(hostname: string, { domain, consoleHost }: { domain: string; consoleHost: string }): string | null {
  const name = baseOf(hostname)
  if (name === consoleHost && !hostname.startsWith('*.')) return `${hostname} is where this console is. Type another name.`
  if (isWithin(name, domain)) return `Names below ${domain} are given by Easel itself: every service has one already.`
  if (hostname.startsWith('*.') && domain.endsWith(`.${name}`) && domain.split('.').length === name.split('.').length + 1) return `${hostname} would cover ${domain}, below which services have their own hosts.`
  return null
}
