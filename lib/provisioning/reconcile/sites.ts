import type { ServedDomain } from '../../db/queries/engine/domains'
import { sampleOf } from '../../domain/host-name'
import { presenceAnswer } from '../domain/presence'
import type { Challenge, Route, Site } from '../ingress/table'

/** `isCertifiedByCaddy`: a Caddy before the ingress obtains a certificate for every name itself. */
type Https = { hasHttps: boolean; isCertifiedByCaddy?: boolean }

/** Host names that people brought and that are theirs, in the table whether their service runs or not. */
export function sitesOf(domains: readonly ServedDomain[], routes: readonly Route[], { hasHttps, isCertifiedByCaddy = false }: Https): Site[] {
  const known = new Set(routes.map(({ serviceId }) => serviceId))
  const primary = new Map(domains.filter((domain) => domain.isPrimary && domain.isActive).map((domain) => [domain.serviceId, domain]))
  return domains.filter(({ isOwned, serviceId }) => isOwned && known.has(serviceId)).map((domain) => toSite(domain, primary.get(domain.serviceId), { known, hasHttps, isCertifiedByCaddy }))
}

function toSite(domain: ServedDomain, primary: ServedDomain | undefined, { known, hasHttps, isCertifiedByCaddy }: Https & { known: ReadonlySet<string> }): Site {
  const { id, hostname, serviceId, port, rules } = domain
  // For a wildcard it obtains none, and before the name leads here nobody gives it one.
  const isObtained = isCertifiedByCaddy === true && domain.isActive && !hostname.startsWith('*.')
  const isSecure = hasHttps && (domain.certificateId !== null || isObtained)
  const paths = domain.paths.filter((path) => known.has(path.serviceId))
  return {
    domainId: id,
    host: hostname,
    paths: [...paths, { prefix: '/', serviceId, port, isStripped: false }],
    rules: {
      ...rules,
      // Before there is a certificate, nobody is sent where none could be shown.
      forceHttps: rules.forceHttps && isSecure,
      hsts: isSecure ? rules.hsts : null,
      redirectTo: domain.redirectsToPrimary && primary !== undefined && primary.id !== id ? primary.hostname : null,
      redirects: [...rules.redirects],
      headers: [...rules.headers],
      allow: [...rules.allow],
      deny: [...rules.deny],
      basicAuth: [...rules.basicAuth],
    },
    certificateId: isSecure ? domain.certificateId : null,
  }
}

/** By which it is known that a name leads to this proxy: also of names that nobody has proven yet. */
export function presencesOf(domains: readonly ServedDomain[]): Challenge[] {
  return domains.map((domain) => ({ type: 'presence', host: sampleOf(domain.hostname, domain.token), token: domain.token, answer: presenceAnswer(domain) }))
}
