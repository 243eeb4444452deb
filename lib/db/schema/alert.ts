import { sql } from 'drizzle-orm'
import { bigint, boolean, check, doublePrecision, index, integer, jsonb, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core'

import type { ChannelSettings, DeliveryStatus, Message } from '../../domain/alert/channel'
import type { AlertEnd, AlertKind, AlertState } from '../../domain/alert/kind'
import { organizations, users } from './account'
import { environments, services } from './desired'

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** Rules of an environment that are not as every environment has them, and those that somebody added. */
export const alertRules = pgTable(
  'alert_rules',
  {
    id: text('id').primaryKey(),
    environmentId: text('environment_id').notNull().references(() => environments.id, { onDelete: 'cascade' }),
    /** The kind, for the rule that every environment has of it; else the id. */
    key: text('key').notNull(),
    kind: text('kind').$type<AlertKind>().notNull(),
    serviceId: text('service_id').references(() => services.id, { onDelete: 'cascade' }),
    isOn: boolean('is_on').notNull(),
    threshold: doublePrecision('threshold').notNull(),
    forSeconds: integer('for_seconds').notNull(),
    repeatMinutes: integer('repeat_minutes'),
    /** Which channels are told; null for all. Those that are gone count for nothing. */
    channelIds: jsonb('channel_ids').$type<string[]>(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (t) => [uniqueIndex('alert_rules_key').on(t.environmentId, t.key)],
)

/** What fires and what has fired; also what may fire soon. Written by the worker that leads. */
export const alerts = pgTable(
  'alerts',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull().references(() => organizations.id, { onDelete: 'cascade' }),
    environmentId: text('environment_id').notNull().references(() => environments.id, { onDelete: 'cascade' }),
    ruleKey: text('rule_key').notNull(),
    kind: text('kind').$type<AlertKind>().notNull(),
    subjectId: text('subject_id').notNull(),
    subjectName: text('subject_name').notNull(),
    /** The service it is about, or whose volume it is about; null for none, and when that is gone. */
    serviceId: text('service_id').references(() => services.id, { onDelete: 'set null' }),
    state: text('state').$type<AlertState>().notNull(),
    value: doublePrecision('value').notNull(),
    threshold: doublePrecision('threshold').notNull(),
    forSeconds: integer('for_seconds').notNull(),
    since: instant('since').notNull(),
    firedAt: instant('fired_at'),
    resolvedAt: instant('resolved_at'),
    ended: text('ended').$type<AlertEnd>(),
    flaps: integer('flaps').notNull(),
    /** What is remembered between looks (domain/alert/step). */
    countedMs: bigint('counted_ms', { mode: 'number' }).notNull(),
    lookedAt: instant('looked_at').notNull(),
    isSeen: boolean('is_seen').notNull(),
    /** What people were told last, and when last that it fires. */
    told: text('told').$type<'firing' | 'resolved'>(),
    toldFiringAt: instant('told_firing_at'),
    /** Which channels were told that it fires: they are told of its end. Null for all. */
    toldTo: jsonb('told_to').$type<string[]>(),
  },
  (t) => [
    // However many workers look: one open alert of a rule and what it is about.
    uniqueIndex('alerts_open').on(t.environmentId, t.ruleKey, t.subjectId).where(sql`${t.state} <> 'resolved'`),
    index('alerts_organization').on(t.organizationId, t.id),
    index('alerts_environment').on(t.environmentId, t.resolvedAt),
    check('alerts_state', sql`${t.state} in ('pending', 'firing', 'resolved')`),
  ],
)

/** Until when nobody is told: of a rule, of a service, or of anything in an environment. */
export const alertSilences = pgTable(
  'alert_silences',
  {
    id: text('id').primaryKey(),
    environmentId: text('environment_id').notNull().references(() => environments.id, { onDelete: 'cascade' }),
    ruleKey: text('rule_key'),
    serviceId: text('service_id').references(() => services.id, { onDelete: 'cascade' }),
    until: instant('until').notNull(),
    reason: text('reason').notNull(),
    createdBy: text('created_by').references(() => users.id, { onDelete: 'set null' }),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (t) => [index('alert_silences_environment').on(t.environmentId, t.until)],
)

/** Where an organization is told. */
export const alertChannels = pgTable(
  'alert_channels',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull().references(() => organizations.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    settings: jsonb('settings').$type<ChannelSettings>().notNull(),
    /** Sealed by lib/secrets; null where there is none. */
    secretSealed: text('secret_sealed'),
    isOn: boolean('is_on').notNull().default(true),
    /** What the last attempts said; written by the worker. */
    sentAt: instant('sent_at'),
    /** Since when nothing gets through, and what was said last; null when the last attempt did. */
    failingSince: instant('failing_since'),
    lastError: text('last_error'),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (t) => [uniqueIndex('alert_channels_name').on(t.organizationId, t.name)],
)

/** What is to be sent and what was: written in the transaction in which the alert changed. */
export const alertDeliveries = pgTable(
  'alert_deliveries',
  {
    id: text('id').primaryKey(),
    channelId: text('channel_id').notNull().references(() => alertChannels.id, { onDelete: 'cascade' }),
    message: jsonb('message').$type<Message>().notNull(),
    status: text('status').$type<DeliveryStatus>().notNull().default('queued'),
    /** How often it was begun. */
    attempts: integer('attempts').notNull().default(0),
    /** What the other side answered last. */
    answer: text('answer'),
    createdAt: instant('created_at').notNull().defaultNow(),
    /** Not before this time is it tried again. */
    dueAt: instant('due_at').notNull().defaultNow(),
    finishedAt: instant('finished_at'),
  },
  (t) => [index('alert_deliveries_queued').on(t.channelId, t.id).where(sql`${t.status} = 'queued'`), index('alert_deliveries_channel').on(t.channelId, t.id)],
)
