import { getPublicSuffix, parse } from 'tldts'

// What the public suffix list says of a name: also of those where everybody gets a name of their own from somebody, such as github.io.

const OPTIONS = { allowPrivateDomains: true, validateHostname: false }

/** The name that was registered, of which a host name is a part: `example.co.uk` of `www.example.co.uk`; null for a public suffix. */
export function registeredName(hostname: string): string | null {
  return parse(hostname.replace(/^\*\./, ''), OPTIONS).domain
}

/** The public suffix that a name is, such as `co.uk`; null for any other name. */
export function suffixThatItIs(hostname: string): string | null {
  const name = hostname.replace(/^\*\./, '')
  return getPublicSuffix(name, OPTIONS) === name ? name : null
}
