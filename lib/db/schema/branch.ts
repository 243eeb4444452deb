import { sql } from 'drizzle-orm'
import { check, index, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

import type { BranchCopy, BranchStatus } from '../../domain/branch'
import type { MaskRule } from '../../domain/mask'
import { users } from './account'
import { environments, services } from './desired'

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** Environments that were drawn after another one, and the copies of data on their way into them. */
export const branches = pgTable(
  'branches',
  {
    environmentId: text('environment_id').primaryKey().references(() => environments.id, { onDelete: 'cascade' }),
    /** What it was branched from; null when that is gone. */
    sourceId: text('source_id').references(() => environments.id, { onDelete: 'set null' }),
    /** What that was called then. */
    sourceName: text('source_name').notNull(),
    status: text('status').$type<BranchStatus>().notNull().default('running'),
    /** Why it failed, as a sentence. */
    message: text('message'),
    copies: jsonb('copies').$type<BranchCopy[]>().notNull(),
    createdBy: text('created_by').references(() => users.id, { onDelete: 'set null' }),
    createdAt: instant('created_at').notNull().defaultNow(),
    finishedAt: instant('finished_at'),
  },
  (t) => [index('branches_source').on(t.sourceId), check('branches_status', sql`${t.status} in ('running', 'done', 'failed', 'cancelled')`)],
)

/** Which columns of a database lose what they hold when it is copied for a branch: as it was last asked for. */
export const maskRules = pgTable('mask_rules', {
  serviceId: text('service_id').primaryKey().references(() => services.id, { onDelete: 'cascade' }),
  rules: jsonb('rules').$type<MaskRule[]>().notNull(),
})
