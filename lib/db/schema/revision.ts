import { index, integer, jsonb, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core'

import { users } from './account'
import { environments } from './desired'

/** What was set in an environment each time its changes were deployed. */
export const revisions = pgTable(
  'revisions',
  {
    id: text('id').primaryKey(),
    environmentId: text('environment_id').notNull().references(() => environments.id, { onDelete: 'cascade' }),
    /** 1, 2, 3, … per environment. */
    number: integer('number').notNull(),
    message: text('message').notNull(),
    /** Every service as it was set, variables included; sealed. */
    contentSealed: text('content_sealed').notNull(),
    /** Names of the services it deployed. */
    deployed: jsonb('deployed').$type<string[]>().notNull(),
    createdBy: text('created_by').references(() => users.id, { onDelete: 'set null' }),
    createdAt: timestamp('created_at', { withTimezone: true, mode: 'date' }).notNull().defaultNow(),
  },
  (t) => [uniqueIndex('revisions_number').on(t.environmentId, t.number), index('revisions_author').on(t.createdBy)],
)
