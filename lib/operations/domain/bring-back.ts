import { z } from 'zod'

import { hostNamesOf, primaryOf, takeFromDeleted } from '../../db/queries/domains'
import { isUniqueViolation } from '../../db/connection'
import { find as findService, type ServiceRow } from '../../db/queries/services'
import { domains } from '../../db/schema/domain'
import type { SitePaths, SiteRulesSettings } from '../../domain/site'
import { isAppError } from '../../errors'
import { newId } from '../../ids'
import { openDnsSettings, sealDnsSettings } from '../../secrets/sealed-certificate'
import type { ScopedCtx } from '../context'
import { recordHere } from '../record-here'
import { nameTaken, refuseName, refuseTaken } from './refusals'

// Host names of a service that is deleted, as they are kept for who wants it back. The token stays the same, so the record that is there
// proves the name again; certificates are asked for anew, and those that were uploaded are gone with their keys.

const Instant = z.string().nullable()
export const KeptHostName = z.object({
  hostname: z.string(), token: z.string(), isPrimary: z.boolean(), redirectsToPrimary: z.boolean(), port: z.number().nullable(), paths: z.array(z.looseObject({ serviceId: z.string() })), rules: z.looseObject({}),
  dnsProvider: z.string().nullable(), dns: z.unknown(), ownedAt: Instant, heldAt: Instant,
})
export type KeptHostName = z.infer<typeof KeptHostName>

/** Of a service that is held, oldest first. */
export async function hostNamesToKeep({ db, seal }: Pick<ScopedCtx, 'db' | 'seal'>, serviceId: string): Promise<KeptHostName[]> {
  const rows = await hostNamesOf(db, serviceId)
  return rows.filter(({ state }) => state !== 'failed').map((row) => {
    const { hostname, token, isPrimary, redirectsToPrimary, port, paths, rules, dnsProvider, ownedAt, heldAt } = row
    return { hostname, token, isPrimary, redirectsToPrimary, port, paths: [...paths], rules: { ...rules }, dnsProvider, dns: openDnsSettings(seal, row), ownedAt: ownedAt?.toISOString() ?? null, heldAt: heldAt?.toISOString() ?? null }
  })
}

/**
 * Gives a service that was drawn again the host names that it had, as long as nobody else has them. One that was proven stays so: nobody
 * has claimed it since, and the next look says whether it still leads here. Answers those that stay away, each with the reason.
 */
export async function bringBackHostNames(ctx: ScopedCtx, { service, former }: { service: ServiceRow; former: string }, kept: readonly KeptHostName[]): Promise<{ hostname: string; message: string }[]> {
  const { organizationId } = ctx.scope
  const missing: { hostname: string; message: string }[] = []
  for (const { hostname, dns, ownedAt, heldAt, isPrimary, paths, rules, ...rest } of kept) {
    const id = newId('domain')
    try {
      await ctx.db.transaction(async (tx) => {
        refuseName(hostname, ctx)
        await takeFromDeleted(tx, hostname)
        await refuseTaken(tx, { hostname, organizationId, serviceId: service.id, id })
        const now = ctx.now()
        const keeps = await leadingHere(ctx, service, (paths as unknown as SitePaths).map((path) => (path.serviceId === former ? { ...path, serviceId: service.id } : path)))
        await tx.insert(domains).values({
          ...rest, id, organizationId, environmentId: service.environmentId, serviceId: service.id, hostname, paths: keeps, rules: rules as unknown as SiteRulesSettings,
          isPrimary: isPrimary && (await primaryOf(tx, service.id)) === null, dnsSettingsSealed: rest.dnsProvider === null ? null : sealDnsSettings(ctx.seal, id, dns),
          state: ownedAt === null ? 'pending' : 'verifying', checks: [], since: now, attempts: 0, nextCheckAt: now, createdAt: now, ownedAt: ownedAt === null ? null : new Date(ownedAt), heldAt: heldAt === null ? null : new Date(heldAt),
        })
      })
      await recordHere(ctx, { type: 'domain.created', subject: hostname, serviceId: service.id, data: { domainId: id } })
    } catch (error) {
      const known = isUniqueViolation(error, 'domains_hostname') ? nameTaken(hostname, 'unknown') : error
      if (!isAppError(known)) throw error
      missing.push({ hostname, message: known.message })
    }
  }
  return missing
}

/** Services may have been deleted as well since then. */
async function leadingHere({ db }: Pick<ScopedCtx, 'db'>, { environmentId }: Pick<ServiceRow, 'environmentId'>, paths: SitePaths): Promise<SitePaths> {
  const found = await Promise.all(paths.map(({ serviceId }) => findService(db, serviceId)))
  return paths.filter((_, i) => found[i]?.environmentId === environmentId)
}
