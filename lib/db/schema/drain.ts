import { sql } from 'drizzle-orm'
import { bigint, boolean, index, integer, jsonb, pgTable, primaryKey, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core'

import type { LogKind } from '../../contract/log'
import type { DrainSettings, DrainTest } from '../../domain/drain/settings'
import { organizations } from './account'
import { environments, projects } from './desired'

// Where lines and samples are sent to besides being kept. docs/decisions/drains.md says why it is so.

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** Of an environment, of a project, or (with neither) of all of an organization. */
export const drains = pgTable(
  'drains',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull().references(() => organizations.id, { onDelete: 'cascade' }),
    projectId: text('project_id').references(() => projects.id, { onDelete: 'cascade' }),
    environmentId: text('environment_id').references(() => environments.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    settings: jsonb('settings').$type<DrainSettings>().notNull(),
    /** Sealed by lib/secrets; null where there is none. */
    secretSealed: text('secret_sealed'),
    /** What of the secret is shown: names of headers. */
    headerNames: jsonb('header_names').$type<string[]>().notNull().default([]),
    hasTag: boolean('has_tag').notNull().default(false),
    filter: text('filter').notNull().default(''),
    kinds: jsonb('kinds').$type<LogKind[]>().notNull(),
    isPaused: boolean('is_paused').notNull().default(false),
    /** Rises with every change: what becomes of an attempt with former settings says nothing of these. */
    version: integer('version').notNull().default(1),
    /** Lines up to this id were there before: a service that is met for the first time begins after it. */
    fromId: bigint('from_id', { mode: 'bigint' }).notNull(),
    /** Samples before this moment were sent. */
    metricsTo: instant('metrics_to').notNull().defaultNow(),
    sentLines: bigint('sent_lines', { mode: 'number' }).notNull().default(0),
    sentAt: instant('sent_at'),
    /** Since when nothing gets through, and what was said last; null when the last attempt did. */
    failingSince: instant('failing_since'),
    lastError: text('last_error'),
    /** How often in a row it failed, and not before when it is tried again. */
    attempts: integer('attempts').notNull().default(0),
    retryAt: instant('retry_at'),
    /** Whether people were told that it fails. */
    isToldFailing: boolean('is_told_failing').notNull().default(false),
    /** Lines that the other side would not take, and what it said of the last. */
    refusedLines: bigint('refused_lines', { mode: 'number' }).notNull().default(0),
    refusedAnswer: text('refused_answer'),
    /** Lines that were removed before they were sent, and of which time the oldest and the newest are. */
    lostLines: bigint('lost_lines', { mode: 'number' }).notNull().default(0),
    lostFrom: instant('lost_from'),
    lostUntil: instant('lost_until'),
    test: jsonb('test').$type<DrainTest>(),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (t) => [uniqueIndex('drains_name').on(t.organizationId, t.name), index('drains_tested').on(t.id).where(sql`${t.test} ->> 'status' = 'queued'`)],
)

/** How far the lines of each service were sent: ids become visible in order within one service only. Outlives the service, whose last lines may wait. */
export const drainCursors = pgTable(
  'drain_cursors',
  {
    drainId: text('drain_id').notNull().references(() => drains.id, { onDelete: 'cascade' }),
    serviceId: text('service_id').notNull(),
    environmentId: text('environment_id').notNull(),
    lineId: bigint('line_id', { mode: 'bigint' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.drainId, t.serviceId] }), index('drain_cursors_service').on(t.serviceId)],
)
