import { getDomain } from 'tldts'

/** The domain one registers (`example.co.uk` of `*.shop.example.co.uk`), by the public suffix list; the name itself where there is none. */
export function registeredDomain(host: string): string {
  const bare = host.replace(/^\*\./, '')
  return getDomain(bare, { allowPrivateDomains: true }) ?? bare
}

/** Whether a certificate's name covers a host: a wildcard stands for exactly one label (RFC 6125, 6.4.3). `*.example.com` as a host is covered by itself only. */
export function covers(name: string, host: string): boolean {
  const [one, other] = [name.toLowerCase(), host.toLowerCase()]
  if (one === other) return true
  return one.startsWith('*.') && !other.startsWith('*.') && other.includes('.') && other.slice(other.indexOf('.')) === one.slice(1)
}
