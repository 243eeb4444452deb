import { sql } from 'drizzle-orm'
import { boolean, check, index, integer, jsonb, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core'

import type { CheckResult, DomainReason, DomainState } from '../../domain/domain-state'
import type { SitePaths, SiteRulesSettings } from '../../domain/site'
import { organizations } from './account'
import { environments, services } from './desired'

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** Host names that people brought. Each is of one service on the whole platform. */
export const domains = pgTable(
  'domains',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull().references(() => organizations.id, { onDelete: 'cascade' }),
    environmentId: text('environment_id').notNull().references(() => environments.id, { onDelete: 'cascade' }),
    serviceId: text('service_id').notNull().references(() => services.id, { onDelete: 'cascade' }),
    /** Lower case A-labels without a dot at the end; `*.example.com` for a wildcard. */
    hostname: text('hostname').notNull(),
    /** What the TXT record must say. */
    token: text('token').notNull(),
    /** One of those of a service, never a wildcard: the address for people. */
    isPrimary: boolean('is_primary').notNull(),
    /** Its requests are sent on to the primary one, once that is active. */
    redirectsToPrimary: boolean('redirects_to_primary').notNull(),
    /** Another port of the workload than its own; only where each has an address of its own. */
    port: integer('port'),
    paths: jsonb('paths').$type<SitePaths>().notNull(),
    rules: jsonb('rules').$type<SiteRulesSettings>().notNull(),
    /** Name and settings of the provider that sets DNS records for DNS-01; secrets are sealed apart. */
    dnsProvider: text('dns_provider'),
    dnsSettingsSealed: text('dns_settings_sealed'),
    state: text('state').$type<DomainState>().notNull(),
    reason: text('reason').$type<DomainReason>(),
    checks: jsonb('checks').$type<CheckResult[]>().notNull(),
    /** Since when it is looked for without success; begins anew when it is resumed. */
    since: instant('since').notNull(),
    attempts: integer('attempts').notNull(),
    checkedAt: instant('checked_at'),
    nextCheckAt: instant('next_check_at'),
    /** Theirs, as a check has found; from then on it is served, and wins over claims nobody has proven. */
    ownedAt: instant('owned_at'),
    /** When a look last found that it is theirs, or leads here. */
    heldAt: instant('held_at'),
    activeAt: instant('active_at'),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (t) => [
    // Whoever comes first has it until they give it up or fail to prove it.
    uniqueIndex('domains_hostname').on(t.hostname).where(sql`${t.state} <> 'failed' or ${t.ownedAt} is not null`),
    uniqueIndex('domains_primary').on(t.serviceId).where(sql`${t.isPrimary}`),
    index('domains_service').on(t.serviceId),
    index('domains_environment').on(t.environmentId),
    index('domains_next_check').on(t.nextCheckAt),
    check('domains_state', sql`${t.state} in ('pending', 'verifying', 'active', 'failed')`),
  ],
)

/** Certificates, from an authority or brought by somebody. The newest of a domain that is valid is served. */
export const certificates = pgTable(
  'certificates',
  {
    id: text('id').primaryKey(),
    domainId: text('domain_id').notNull().references(() => domains.id, { onDelete: 'cascade' }),
    source: text('source').$type<'acme' | 'uploaded'>().notNull(),
    hosts: text('hosts').array().notNull(),
    chainPem: text('chain_pem').notNull(),
    keySealed: text('key_sealed').notNull(),
    /** SHA-256 of the leaf, hexadecimal. */
    fingerprint: text('fingerprint').notNull(),
    issuer: text('issuer').notNull(),
    notBefore: instant('not_before').notNull(),
    notAfter: instant('not_after').notNull(),
    revokedAt: instant('revoked_at'),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (t) => [index('certificates_domain').on(t.domainId, t.notAfter), check('certificates_source', sql`${t.source} in ('acme', 'uploaded')`)],
)

/** Our accounts with certificate authorities, by the address of their directory. */
export const acmeAccounts = pgTable('acme_accounts', {
  id: text('id').primaryKey(),
  directory: text('directory').notNull().unique(),
  /** Null until the authority has answered. */
  url: text('url'),
  keySealed: text('key_sealed').notNull(),
  createdAt: instant('created_at').notNull().defaultNow(),
})

/** What a certificate authority is to find while an order is under way; published with the routing table. */
export const acmeChallenges = pgTable(
  'acme_challenges',
  {
    id: text('id').primaryKey(),
    domainId: text('domain_id').notNull().references(() => domains.id, { onDelete: 'cascade' }),
    type: text('type').$type<'http-01' | 'tls-alpn-01'>().notNull(),
    host: text('host').notNull(),
    token: text('token').notNull(),
    keyAuthorization: text('key_authorization').notNull(),
    /** Of TLS-ALPN-01: the certificate to show, and its sealed key. */
    certificatePem: text('certificate_pem'),
    keySealed: text('key_sealed'),
    expiresAt: instant('expires_at').notNull(),
  },
  (t) => [uniqueIndex('acme_challenges_key').on(t.domainId, t.type, t.token)],
)

/** Orders that were placed, so that the limits of an authority are kept. */
export const acmeOrders = pgTable(
  'acme_orders',
  {
    id: text('id').primaryKey(),
    directory: text('directory').notNull(),
    domainId: text('domain_id').references(() => domains.id, { onDelete: 'set null' }),
    /** The name under which limits are counted: the domain one registers. */
    registered: text('registered').notNull(),
    host: text('host').notNull(),
    /** Where the authority keeps it: a worker that takes over goes on with it. Null when it was never placed. */
    url: text('url'),
    placedAt: instant('placed_at').notNull(),
    outcome: text('outcome').$type<'issued' | 'failed' | 'open'>().notNull(),
    /** Of a failed one: why, in the words of the authority, and not before when it is tried again. */
    reason: text('reason').$type<DomainReason>(),
    message: text('message'),
    retryAfter: instant('retry_after'),
    endedAt: instant('ended_at'),
  },
  (t) => [index('acme_orders_registered').on(t.directory, t.registered, t.placedAt), index('acme_orders_domain').on(t.domainId, t.placedAt)],
)
