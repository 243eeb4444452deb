import type { CheckResult } from '../../domain/domain-state'
import { sampleOf } from '../../domain/host-name'
import { registeredName } from '../../domain/registered-name'
import { askDns } from './ask-dns'
import { checkAnswer } from './check-answer'
import { checkCertificate, type CertificateFacts } from './check-certificate'
import { checkOwnership } from './check-ownership'
import { checkResolution } from './check-resolution'
import type { Look, Way } from './look'

export type Place = { domain: { id: string; hostname: string; token: string; hostLabel: string; ownedAt: Date | null }; way: Way; resolvers: readonly string[]; facts: CertificateFacts; at: Date }
export type Seen = { results: CheckResult[]; isCertificateWanted: boolean }

/** Looks at a host name from DNS to its answer. What needs the checks before it is left out while they do not pass. */
export async function lookAtDomain({ domain, way, resolvers, facts, at }: Place, signal: AbortSignal): Promise<Seen> {
  const { hostname } = domain
  const isApex = !hostname.startsWith('*.') && registeredName(hostname) === hostname
  const look: Look = { domain: { ...domain, isApex }, sample: sampleOf(hostname, domain.token), dns: askDns(resolvers, signal), way, at, signal }
  const [ownership, resolved] = await Promise.all([checkOwnership(look), checkResolution(look)])
  const results = [ownership, resolved.result]
  // Who has proven a name once need not keep the record.
  const isOwned = ownership.isPassed || (domain.ownedAt !== null && resolved.result.isPassed)
  if (!isOwned || !resolved.result.isPassed) return { results, isCertificateWanted: false }
  const certificate = await checkCertificate(look, facts)
  const answer = await checkAnswer(look, resolved, certificate.served)
  return { results: [...results, certificate.result, answer], isCertificateWanted: certificate.isWanted }
}
