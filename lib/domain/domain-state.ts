// What becomes of a host name that somebody brought: proven to be theirs, leading here, given a certificate, answering.

export const DOMAIN_STATES = ['pending', 'verifying', 'active', 'failed'] as const
/** `pending`: nothing was found yet. `verifying`: it is theirs, and something is still missing. `active`: it answers. `failed`: given up, or refused for good. */
export type DomainState = (typeof DOMAIN_STATES)[number]

/** The checks of a host name, in the order in which each needs the ones before it. */
export const DOMAIN_CHECKS = ['ownership', 'resolution', 'certificate', 'answer'] as const
export type DomainCheck = (typeof DOMAIN_CHECKS)[number]

/** Why a check does not pass. */
export const DOMAIN_REASONS = [
  'record_missing',
  'record_wrong',
  'name_unknown',
  'resolver_failed',
  'resolver_silent',
  'leads_elsewhere',
  'caa_forbids',
  'authority_down',
  'authority_refused',
  'rate_limited',
  'challenge_failed',
  'certificate_revoked',
  'certificate_expired',
  'clock_wrong',
  'unreachable',
  'wrong_certificate',
  'answers_elsewhere',
  'gave_up',
] as const
export type DomainReason = (typeof DOMAIN_REASONS)[number]

/** What was found by one check, and when. `message`: what is wrong in words, what was found and what was expected; empty when it passed. */
export type CheckResult = { check: DomainCheck; at: string; isPassed: boolean; reason: DomainReason | null; message: string; found: readonly string[]; expected: readonly string[] }
