import { sql } from 'drizzle-orm'

import { services } from '../schema/desired'

/** Of a row of services: the host name that people are to use, once it has answered; null for the one that it has from the instance. `isSecure`: it has a certificate that is valid. */
export const siteHostOfService = sql<{ hostname: string; isSecure: boolean } | null>`(
  select jsonb_build_object('hostname', h.hostname, 'isSecure', exists (select 1 from certificates c where c.domain_id = h.id and c.revoked_at is null and c.not_before <= now() and c.not_after > now()))
  from domains h where h.service_id = ${services.id} and h.is_primary and h.owned_at is not null and h.active_at is not null and h.state <> 'failed')`
