import type { CheckResult, DomainCheck, DomainReason } from '../../domain/domain-state'
import type { Dns } from './ask-dns'

/** What every check of one look has. */
export type Look = {
  domain: { id: string; hostname: string; token: string; hostLabel: string; isApex: boolean }
  /** The name that is looked up: of a wildcard, one below it. */
  sample: string
  dns: Dns
  way: Way
  at: Date
  signal: AbortSignal
}

/** `addresses`: as the operator set them. `domain`: of services' own hosts; null where nobody elsewhere can look it up. */
export type Way = { addresses: readonly string[]; domain: string | null; ingress: { host: string; port: number; httpsPort: number | null; caddy?: { acme: object | null } | null } }

type Facts = { found?: readonly string[]; expected?: readonly string[]; message?: string }

export function passed({ at }: Pick<Look, 'at'>, check: DomainCheck, { found = [], expected = [], message = '' }: Facts = {}): CheckResult {
  return { check, at: at.toISOString(), isPassed: true, reason: null, message, found, expected }
}

export function missed({ at }: Pick<Look, 'at'>, check: DomainCheck, reason: DomainReason | null, message: string, { found = [], expected = [] }: Omit<Facts, 'message'> = {}): CheckResult {
  return { check, at: at.toISOString(), isPassed: false, reason, message, found, expected }
}

/** What is said where a resolver gave no answer that could be used. */
export function resolverTrouble(problem: 'failed' | 'refused' | 'silent', name: string, asked: string): { reason: DomainReason; message: string } {
  const who = asked === '' ? 'The resolver of this machine' : `The resolver (${asked})`
  if (problem === 'silent') return { reason: 'resolver_silent', message: `${who} does not answer when it is asked for ${name}. It is asked again soon; the operator can name others in EASEL_DNS_RESOLVERS.` }
  if (problem === 'refused') return { reason: 'resolver_failed', message: `${who} refuses to look up ${name}. The operator can name others in EASEL_DNS_RESOLVERS.` }
  return { reason: 'resolver_failed', message: `${who} cannot look up ${name} (SERVFAIL): the name servers of the domain do not answer, or its DNSSEC is broken. Look at it where its DNS is kept.` }
}
