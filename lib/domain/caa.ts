// Who may issue certificates for a name (RFC 8659), as far as it can be said before an authority is asked.

export type CaaRecord = { tag: 'issue' | 'issuewild' | 'other'; value: string }

/** By the address of their directory: what authorities call themselves in CAA records. */
const IDENTITIES: readonly (readonly [RegExp, string])[] = [
  [/(^|\.)letsencrypt\.org$/, 'letsencrypt.org'],
  [/(^|\.)zerossl\.com$/, 'sectigo.com'],
  [/(^|\.)pki\.goog$/, 'pki.goog'],
  [/(^|\.)buypass\.com$/, 'buypass.com'],
  [/(^|\.)ssl\.com$/, 'ssl.com'],
]

/** What the authority of a directory calls itself in CAA records; null for one that is not known. */
export function caaIdentity(directory: string): string | null {
  const { hostname } = new URL(directory)
  return IDENTITIES.find(([pattern]) => pattern.test(hostname))?.[1] ?? null
}

/** Whether these records, of the name or the nearest one above it, let this authority issue. */
export function mayIssue(records: readonly CaaRecord[], identity: string, isWildcard: boolean): boolean {
  const own = records.filter(({ tag }) => tag === 'issue')
  const wild = records.filter(({ tag }) => tag === 'issuewild')
  const relevant = isWildcard && wild.length > 0 ? wild : own
  return relevant.length === 0 || relevant.some(({ value }) => value.split(';')[0]!.trim().toLowerCase() === identity)
}
