import { domainToUnicode } from 'node:url'

import type { CertificateView, DomainView } from '../../contract/domain'
import { certificatesOf, find, type CertificateRow, type PlacedDomain } from '../../db/queries/domains'
import { siteUrl } from '../../domain/address'
import { hintFor, recordsFor } from '../../domain/domain-records'
import { GIVE_UP_MS } from '../../domain/domain-schedule'
import { messageOf } from '../../domain/domain-verdict'
import { registeredName } from '../../domain/registered-name'
import { notFound } from '../../errors'
import type { Ctx } from '../context'

type Reading = Pick<Ctx, 'db' | 'config' | 'now'>

/** Host names as they are shown: one query more, however many they are. */
export async function domainViews(ctx: Reading, rows: readonly PlacedDomain[]): Promise<DomainView[]> {
  const certificates = await certificatesOf(ctx.db, rows.map(({ id }) => id))
  return rows.map((row) => toView(row, certificates.filter(({ domainId }) => domainId === row.id), ctx))
}

/** Reads a host name and shows it; `not_found` when its service is being deleted. */
export async function domainView(ctx: Reading, id: string): Promise<DomainView> {
  const row = await find(ctx.db, id)
  if (!row) throw notFound('domain')
  const [view] = await domainViews(ctx, [row])
  return view!
}

function toView(row: PlacedDomain, certificates: readonly CertificateRow[], { config, now }: Reading): DomainView {
  const isWildcard = row.hostname.startsWith('*.')
  const served = servedOf(certificates, now())
  const claim = { ...row, isApex: !isWildcard && registeredName(row.hostname) === row.hostname }
  const way = { addresses: config.ingressAddresses, domain: config.ingress.domain }
  return {
    id: row.id,
    environmentId: row.environmentId,
    serviceId: row.serviceId,
    hostname: row.hostname,
    display: `${isWildcard ? '*.' : ''}${domainToUnicode(row.hostname.replace(/^\*\./, '')) || row.hostname}`,
    isWildcard,
    isApex: claim.isApex,
    url: isWildcard ? null : siteUrl({ hostname: row.hostname, isSecure: served !== null }, config.ingress),
    isPrimary: row.isPrimary,
    redirectsToPrimary: row.redirectsToPrimary,
    port: row.port,
    paths: [...row.paths],
    rules: { ...row.rules, redirects: [...row.rules.redirects], headers: [...row.rules.headers], allow: [...row.rules.allow], deny: [...row.rules.deny], basicAuth: row.rules.basicAuth.map(({ name }) => ({ name })) },
    dnsProvider: row.dnsProvider,
    state: row.state,
    reason: row.reason,
    message: messageOf(row),
    records: recordsFor(claim, way),
    hint: hintFor(claim, way),
    checks: row.checks.map((result) => ({ ...result, found: [...result.found], expected: [...result.expected] })),
    checkedAt: row.checkedAt?.toISOString() ?? null,
    // One that somebody asked for is due since ever; it is told as due since the last look.
    nextCheckAt: row.nextCheckAt === null ? null : new Date(Math.max(row.nextCheckAt.getTime(), row.checkedAt?.getTime() ?? row.createdAt.getTime())).toISOString(),
    givesUpAt: row.ownedAt !== null || row.state === 'failed' ? null : new Date(row.since.getTime() + GIVE_UP_MS).toISOString(),
    ownedAt: row.ownedAt?.toISOString() ?? null,
    activeAt: row.activeAt?.toISOString() ?? null,
    certificates: certificates.map((certificate) => toCertificateView(certificate, served)),
    createdAt: row.createdAt.toISOString(),
  }
}

/** The newest that is valid; null for none. */
export function servedOf<C extends Pick<CertificateRow, 'notBefore' | 'notAfter' | 'revokedAt'>>(newestFirst: readonly C[], at: Date): C | null {
  return newestFirst.find(({ notBefore, notAfter, revokedAt }) => revokedAt === null && notBefore <= at && notAfter > at) ?? null
}

function toCertificateView(row: CertificateRow, served: CertificateRow | null): CertificateView {
  const { id, source, hosts, issuer, fingerprint } = row
  return { id, source, hosts, issuer, fingerprint, notBefore: row.notBefore.toISOString(), notAfter: row.notAfter.toISOString(), isRevoked: row.revokedAt !== null, isServed: row === served }
}
