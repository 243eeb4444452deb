import { eq } from 'drizzle-orm'

import { hashPassword } from '../../auth/password'
import { domainUpdate, type DnsSettings } from '../../contract/domain'
import type { SiteRulesInput } from '../../contract/site-rules'
import { appointPrimary, makePrimary, namesSentToPrimary, type DomainRow } from '../../db/queries/domains'
import { forgetPause } from '../../db/queries/engine/acme'
import { find as findEnvironment } from '../../db/queries/environments'
import { find as findService } from '../../db/queries/services'
import { domains } from '../../db/schema/domain'
import { redirectCircle } from '../../domain/redirect-circle'
import type { SitePaths, SiteRulesSettings } from '../../domain/site'
import type { TargetKind } from '../../domain/target'
import { AppError, notFound } from '../../errors'
import { announce } from '../../events/announce'
import { enqueue } from '../../queue/jobs'
import { sealDnsSettings } from '../../secrets/sealed-certificate'
import type { ScopedCtx } from '../context'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { followAddress } from './follow-address'
import { heldDomain } from './held'
import { refusePort } from './refusals'
import { domainView } from './view'

export const updateDomain = implement(domainUpdate, async (ctx, { domainId, serviceId, port, isPrimary, redirectsToPrimary, paths, rules, dns }) => {
  const { domain } = await heldDomain(ctx, domainId)
  const environment = await findEnvironment(ctx.db, domain.environmentId)
  if (!environment) throw notFound('domain')
  const { kind } = environment.target
  const isWildcard = domain.hostname.startsWith('*.')
  if (isPrimary && isWildcard) throw new AppError('not_now', 'A wildcard is no address that people could be sent to. Make a host name without * the primary one.')
  if (redirectsToPrimary && isWildcard) throw new AppError('not_now', 'Host names below a wildcard are told apart by the service, so they are not sent on.')
  refusePort('port', port ?? null, kind)
  for (const [index, path] of (paths ?? []).entries()) await checkPath(ctx, `paths.${index}`, path, { environmentId: domain.environmentId, kind })
  if (rules !== undefined) await refuseCircle(ctx, domain, rules.redirects)
  const moves = serviceId !== undefined && serviceId !== domain.serviceId
  if (moves) await demandService(ctx, serviceId, domain.environmentId, 'serviceId')
  const owner = serviceId ?? domain.serviceId
  await followAddress(ctx, { environmentId: domain.environmentId, serviceIds: [...new Set([domain.serviceId, owner])] }, async () => {
    await ctx.db
      .update(domains)
      .set({
        // What is left out stays.
        port: port === undefined ? domain.port : port,
        ...(moves ? { serviceId, isPrimary: false, nextCheckAt: ctx.now() } : {}),
        ...(redirectsToPrimary === undefined ? {} : { redirectsToPrimary }),
        ...(paths === undefined ? {} : { paths }),
        ...(rules === undefined ? {} : { rules: await keptRules(rules, domain.rules) }),
        ...(dns === undefined ? {} : { ...keptDns(ctx, domainId, dns), nextCheckAt: ctx.now() }),
      })
      .where(eq(domains.id, domainId))
    // What failed for want of DNS records may do now.
    if (dns) await forgetPause(ctx.db, domainId, ctx.now())
    if (moves) await appointPrimary(ctx.db, domain.serviceId)
    if (isPrimary) await makePrimary(ctx.db, { serviceId: owner, id: domainId })
    else if (moves) await appointPrimary(ctx.db, owner)
  })
  await enqueue(ctx.db, { task: 'reconcile', environmentId: domain.environmentId })
  await recordHere(ctx, { type: 'domain.updated', subject: domain.hostname, data: { domainId } })
  await announce(ctx.db, { kind: 'graph', environmentId: domain.environmentId })
  return domainView(ctx, domainId)
})

/** Also by way of other names of the service, which send their visitors to the primary one. */
async function refuseCircle({ db }: ScopedCtx, { serviceId, hostname, isPrimary }: DomainRow, redirects: SiteRulesInput['redirects']): Promise<void> {
  const sentBack = isPrimary && redirects.length > 0 ? await namesSentToPrimary(db, serviceId) : []
  const circle = redirectCircle(redirects, { hostname, sentBack })
  if (circle !== null) throw refused('rules.redirects', `Visitors would be sent round without end: ${circle.join(' → ')}. Let one of these redirects lead elsewhere.`)
}

async function checkPath(ctx: ScopedCtx, field: string, { serviceId, port }: SitePaths[number], { environmentId, kind }: { environmentId: string; kind: TargetKind }): Promise<void> {
  refusePort(`${field}.port`, port, kind)
  await demandService(ctx, serviceId, environmentId, `${field}.serviceId`)
}

/** Requests go to services of the same environment that answer web requests. */
async function demandService(ctx: ScopedCtx, id: string, environmentId: string, field: string): Promise<void> {
  const service = await findService(ctx.db, id)
  if (!service || service.environmentId !== environmentId) throw refused(field, 'This environment has no such service.')
  if (service.source.type === 'database') throw refused(field, `${service.name} is a database, which answers no web requests. Choose another service.`)
}

/** With passwords as hashes. Whoever is named without a password keeps the one they have. */
async function keptRules({ basicAuth, ...rules }: SiteRulesInput, former: SiteRulesSettings): Promise<SiteRulesSettings> {
  const known = new Map(former.basicAuth.map(({ name, hash }) => [name, hash]))
  const people = await Promise.all(
    basicAuth.map(async ({ name, password }, index) => {
      const hash = password === undefined ? known.get(name) : await hashPassword(password)
      if (hash === undefined) throw refused(`rules.basicAuth.${index}.password`, `Give a password for ${name}.`)
      return { name, hash }
    }),
  )
  return { ...rules, basicAuth: people }
}

function keptDns({ seal }: Pick<ScopedCtx, 'seal'>, domainId: string, dns: DnsSettings | null): { dnsProvider: string | null; dnsSettingsSealed: string | null } {
  if (dns === null) return { dnsProvider: null, dnsSettingsSealed: null }
  const { provider, ...settings } = dns
  return { dnsProvider: provider, dnsSettingsSealed: sealDnsSettings(seal, domainId, settings) }
}

function refused(field: string, message: string): AppError {
  return new AppError('invalid_input', message, { fields: { [field]: message } })
}
