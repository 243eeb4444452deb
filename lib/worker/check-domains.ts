import { lastAttempt } from '../db/queries/engine/acme'
import { certificateFacts, due, writeLook, type DueDomain } from '../db/queries/engine/domains'
import { caaIdentity } from '../domain/caa'
import { isPublicDomain } from '../domain/domain-records'
import { whereCaddyObtains } from '../domain/domain-schedule'
import { judge, type Verdict } from '../domain/domain-verdict'
import type { EventType } from '../domain/event-type'
import { announce } from '../events/announce'
import { record } from '../events/record'
import type { Engine } from '../provisioning/engine'
import type { CertificateFacts } from '../provisioning/domain/check-certificate'
import { lookAtDomain } from '../provisioning/domain/look-at-domain'
import { followAddress } from '../operations/domain/follow-address'
import { enqueue } from '../queue/jobs'

/** Looked at side by side; a resolver that is silent keeps the others waiting for a few seconds only. */
const AT_ONCE = 16
/** DNS, the proxy, and each twice. */
const LOOK_MS = 25_000

export type Domains = Pick<Engine, 'db' | 'config' | 'now' | 'log' | 'seal'>

/** Looks at every host name whose time has come, and writes what was found. Done twice, it says the same twice. `isSteady`: see `judge`. */
export async function checkDomains(engine: Domains, signal: AbortSignal, isSteady = true): Promise<void> {
  const rows = await due(engine.db, engine.now(), AT_ONCE)
  await Promise.all(rows.map((row) => checkOne(engine, row, { signal, isSteady }).catch((cause: unknown) => engine.log.warn({ domain: row.hostname, cause }, 'a host name could not be looked at, will try again'))))
}

async function checkOne(engine: Domains, row: DueDomain, { signal, isSteady }: { signal: AbortSignal; isSteady: boolean }): Promise<void> {
  const { db, config } = engine
  const at = engine.now()
  const way = { addresses: config.ingressAddresses, domain: isPublicDomain(config.ingress.domain) ? config.ingress.domain : null, ingress: config.ingress }
  const facts = await factsOf(engine, row)
  const { results, isCertificateWanted } = await lookAtDomain({ domain: row, way, resolvers: config.dnsResolvers, facts, at }, AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]))
  // What was found while the worker ends is of questions that were cut off.
  signal.throwIfAborted()
  const now = engine.now()
  const judged = judge(row, results, { now, share: Math.random(), isSteady })
  const verdict = config.ingress.caddy?.acme ? { ...judged, nextCheckAt: whereCaddyObtains(judged, now) } : judged
  await db.transaction(async (tx) => {
    const isWritten = await followAddress({ db: tx, seal: engine.seal }, { environmentId: row.environmentId, serviceIds: isServedOtherwise(row, verdict) ? [row.serviceId] : [] }, () => writeLook(tx, row, { checks: results, verdict, at: now }))
    if (!isWritten) return
    for (const type of newsOf(row, verdict)) await record(tx, 'platform', { type, subject: row.hostname, organizationId: row.organizationId, projectId: row.projectId, environmentId: row.environmentId, serviceId: row.serviceId, data: { domainId: row.id, reason: verdict.reason } })
    if (isServedOtherwise(row, verdict)) await enqueue(tx, { task: 'reconcile', environmentId: row.environmentId })
    if (row.state !== verdict.state) await announce(tx, { kind: 'graph', environmentId: row.environmentId })
    if (isCertificateWanted && verdict.ownedAt !== null) await enqueue(tx, { task: 'issue-certificate', domainId: row.id, serviceId: row.serviceId })
  })
}

async function factsOf({ db, config }: Domains, row: DueDomain): Promise<CertificateFacts> {
  const [certificates, last] = await Promise.all([certificateFacts(db, row.id), lastAttempt(db, row.id)])
  const trouble = last?.outcome === 'failed' && last.reason !== null ? { reason: last.reason, message: last.message ?? '' } : null
  return { certificates, trouble, authority: config.acme && { identity: caaIdentity(config.acme.directory) }, hasDnsProvider: row.dnsProvider !== null }
}

/** What is worth to be told. */
function newsOf(former: DueDomain, verdict: Verdict): EventType[] {
  const news: EventType[] = []
  if (former.ownedAt === null && verdict.ownedAt !== null) news.push('domain.proven')
  if (former.state !== 'active' && verdict.state === 'active') news.push('domain.active')
  if (former.state === 'active' && verdict.state !== 'active' && verdict.state !== 'failed') news.push('domain.lost')
  if (verdict.state === 'failed') news.push('domain.gave_up')
  return news
}

/** Whether the routing table changes with it. */
function isServedOtherwise(former: DueDomain, verdict: Verdict): boolean {
  return (former.ownedAt === null) !== (verdict.ownedAt === null) || (former.activeAt === null) !== (verdict.activeAt === null)
}
