import { mayIssue } from '../../domain/caa'
import type { CheckResult, DomainReason } from '../../domain/domain-state'
import { baseOf } from '../../domain/host-name'
import { missed, passed, resolverTrouble, type Look } from './look'
import { ANYWHERE, askPresence, presenceAnswer } from './presence'

export type KnownCertificate = { fingerprint: string; issuer: string; source: 'acme' | 'uploaded'; notBefore: Date; notAfter: Date; revokedAt: Date | null }
/** What is known of the certificates of a name. */
export type CertificateFacts = {
  /** Newest first. */
  certificates: readonly KnownCertificate[]
  /** Why the last order failed; null when it did not, or there was none. */
  trouble: { reason: DomainReason; message: string } | null
  /** Whom certificates are asked of; null for nobody. `identity`: its name in CAA records, null where that is not known. */
  authority: { identity: string | null } | null
  /** Whether DNS records can be set for it: a wildcard is proven by nothing else. */
  hasDnsProvider: boolean
}
export type CertificateLook = { result: CheckResult; /** What visitors are shown; null for none. */ served: KnownCertificate | null; /** Whether an authority is to be asked for one. */ isWanted: boolean }

/** A certificate that ends sooner is told, although it is valid. */
const SOON_MS = 7 * 24 * 3_600_000

/** Whether there is a certificate; if not, why, and whether it makes sense to ask for one. */
export async function checkCertificate(look: Look, facts: CertificateFacts): Promise<CertificateLook> {
  const { domain, way, at } = look
  const served = facts.certificates.find(({ notBefore, notAfter, revokedAt }) => revokedAt === null && notBefore <= at && notAfter > at) ?? null
  const done = (result: CheckResult, isWanted = false): CertificateLook => ({ result, served, isWanted })
  if (served !== null) {
    const isSoon = served.notAfter.getTime() - at.getTime() < SOON_MS && served.notAfter.getTime() - served.notBefore.getTime() > 2 * SOON_MS
    const next = served.source === 'uploaded' ? 'Upload the next one.' : 'It should have been renewed by now.'
    return done(passed(look, 'certificate', { found: [`${served.issuer}, until ${day(served.notAfter)}`], message: isSoon ? `The certificate ends on ${day(served.notAfter)}. ${next}${facts.trouble === null ? '' : ` ${facts.trouble.message}`}` : '' }))
  }
  const [former] = facts.certificates
  if (way.ingress.httpsPort === null) return done(passed(look, 'certificate', { message: 'HTTPS is off on this instance, so it is served over plain HTTP. The operator turns it on with EASEL_INGRESS_HTTPS_PORT.' }))
  const isWildcard = domain.hostname.startsWith('*.')
  if (way.ingress.caddy?.acme) return isWildcard ? done(missed(look, 'certificate', null, 'Caddy obtains certificates for whole names, not for wildcards. Upload one.')) : obtained(look)
  if (facts.authority !== null && (!isWildcard || facts.hasDnsProvider)) {
    const forbidden = await caaTrouble(look, facts.authority.identity)
    if (forbidden !== null) return done(forbidden)
    const lost = former?.revokedAt ? 'The certificate was revoked by its authority. ' : ''
    if (facts.trouble !== null) return done(missed(look, 'certificate', facts.trouble.reason, `${lost}${facts.trouble.message}`), true)
    return done(missed(look, 'certificate', lost === '' ? null : 'certificate_revoked', `${lost}${lost === '' ? 'A certificate' : 'Another one'} was asked for. It is there within some minutes.`), true)
  }
  if (former?.revokedAt) return done(missed(look, 'certificate', 'certificate_revoked', 'The certificate was revoked. Upload another one.'))
  if (former) return done(missed(look, 'certificate', 'certificate_expired', `The certificate ended on ${day(former.notAfter)}. Upload the next one.`))
  if (isWildcard && facts.authority !== null) return done(missed(look, 'certificate', null, 'A certificate for a wildcard is given only to who can set DNS records for it. Name the provider that keeps its DNS, or upload a certificate.'))
  return done(passed(look, 'certificate', { message: 'No certificate authority is asked on this instance, so it is served over plain HTTP until you upload a certificate.' }))
}

/** A Caddy before the ingress obtains certificates when somebody asks for the name, so it is asked. */
async function obtained(look: Look): Promise<CertificateLook> {
  const { domain, way, signal, at } = look
  const address = ANYWHERE.includes(way.ingress.host) ? '127.0.0.1' : way.ingress.host
  const shown = await askPresence({ address, port: way.ingress.httpsPort!, host: domain.hostname, isSecure: true, token: domain.token, answer: presenceAnswer(domain) }, signal)
  if (shown.kind !== 'here' || shown.fingerprint === null || shown.notAfter === null) {
    return { result: missed(look, 'certificate', null, `Caddy has no certificate for ${domain.hostname} yet (${shown.kind === 'none' ? shown.message : 'it shows another answer'}). It asks for one as soon as the name leads here; its log says what the authority finds wrong.`), served: null, isWanted: false }
  }
  const served: KnownCertificate = { fingerprint: shown.fingerprint, issuer: shown.issuer, source: 'acme', notBefore: at, notAfter: shown.notAfter, revokedAt: null }
  return { result: passed(look, 'certificate', { found: [`${shown.issuer}, until ${day(shown.notAfter)}`], message: 'Caddy obtained it and renews it.' }), served, isWanted: false }
}

/** What CAA records say of the name: its own count, else those of the nearest name above that has any. */
async function caaTrouble(look: Look, identity: string | null): Promise<CheckResult | null> {
  const { domain, dns } = look
  if (identity === null) return null
  const labels = baseOf(domain.hostname).split('.')
  for (const name of labels.slice(0, -1).map((_, i) => labels.slice(i).join('.'))) {
    const answer = await dns.caa(name)
    if (answer.ok) {
      if (mayIssue(answer.values, identity, domain.hostname.startsWith('*.'))) return null
      const named = answer.values.filter(({ tag }) => tag !== 'other').map(({ tag, value }) => `${tag} "${value}"`)
      return missed(look, 'certificate', 'caa_forbids', `The CAA records of ${name} do not let ${identity} issue certificates. Add: ${name} CAA 0 issue "${identity}".`, { found: named, expected: [`issue "${identity}"`] })
    }
    if (answer.problem !== 'unknown' && answer.problem !== 'empty') {
      const { reason, message } = resolverTrouble(answer.problem, `the CAA records of ${name}`, dns.asked)
      return missed(look, 'certificate', reason, message)
    }
  }
  return null
}

function day(at: Date): string {
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }).format(at)
}
