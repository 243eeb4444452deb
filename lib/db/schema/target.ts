import { sql } from 'drizzle-orm'
import { check, index, jsonb, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core'

import type { SeenTarget, TargetKind } from '../../domain/target'
import { organizations } from './account'

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

export type TargetSettings = { /** Where what it publishes is reached, when that is not the host of its connection. */ publishedAddress: string | null }

/** Machines that environments run on. */
export const targets = pgTable(
  'targets',
  {
    id: text('id').primaryKey(),
    /** Null for those of the instance itself, which every organization may use. */
    organizationId: text('organization_id').references(() => organizations.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    kind: text('kind').$type<TargetKind>().notNull(),
    /** How its engine is reached, sealed by lib/secrets; null where there is none to reach. */
    connectionSealed: text('connection_sealed'),
    settings: jsonb('settings').$type<TargetSettings>().notNull().default({ publishedAddress: null }),
    createdAt: instant('created_at').notNull().defaultNow(),
    /** Set when somebody wants it looked at now; the worker clears it with what it found. */
    checkAskedAt: instant('check_asked_at'),
    /** Observed: written by the worker only. */
    seen: jsonb('seen').$type<SeenTarget>(),
  },
  (t) => [
    uniqueIndex('targets_name').on(t.organizationId, sql`lower(${t.name})`),
    index('targets_asked').on(t.checkAskedAt).where(sql`${t.checkAskedAt} is not null`),
    check('targets_kind', sql`${t.kind} in ('process', 'docker')`),
  ],
)

/** The target that new projects of an organization begin on, where it has chosen one. */
export const defaultTargets = pgTable('default_targets', {
  organizationId: text('organization_id').primaryKey().references(() => organizations.id, { onDelete: 'cascade' }),
  targetId: text('target_id').notNull().references(() => targets.id, { onDelete: 'cascade' }),
})
