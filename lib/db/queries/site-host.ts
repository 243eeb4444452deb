import { inArray, sql } from 'drizzle-orm'

import type { Db } from '../connection'
import { services } from '../schema/desired'

/** Of a row of services (named in full, because a query without joins would leave that out): the host name that people are to use, once it has answered; null for the one that it has from the instance. `isSecure`: it has a certificate that is valid. */
export const siteHostOfService = sql<{ hostname: string; isSecure: boolean } | null>`(
  select jsonb_build_object('hostname', h.hostname, 'isSecure', exists (select 1 from certificates c where c.domain_id = h.id and c.revoked_at is null and c.not_before <= now() and c.not_after > now()))
  from domains h where h.service_id = ${sql.raw('services.id')} and h.is_primary and h.owned_at is not null and h.active_at is not null and h.state <> 'failed')`

/** What tells the addresses for people of services apart, by service: the same text for the same address. */
export async function siteHostsOf(db: Db, serviceIds: readonly string[]): Promise<Map<string, string>> {
  if (serviceIds.length === 0) return new Map()
  const rows = await db.select({ id: services.id, siteHost: siteHostOfService }).from(services).where(inArray(services.id, [...serviceIds]))
  return new Map(rows.map(({ id, siteHost }) => [id, siteHost === null ? '' : `${siteHost.hostname} ${siteHost.isSecure}`]))
}
