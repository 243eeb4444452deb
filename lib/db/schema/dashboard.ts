import { integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

import type { Widget } from '../../domain/dashboard'
import { users } from './account'
import { environments } from './desired'

/** Charts of an environment as somebody saved them; without a row they are the default ones. */
export const dashboards = pgTable('dashboards', {
  environmentId: text('environment_id').primaryKey().references(() => environments.id, { onDelete: 'cascade' }),
  /** Rises with every save: who saves says which one was changed. */
  version: integer('version').notNull(),
  widgets: jsonb('widgets').$type<Widget[]>().notNull(),
  savedAt: timestamp('saved_at', { withTimezone: true, mode: 'date' }).notNull(),
  savedBy: text('saved_by').references(() => users.id, { onDelete: 'set null' }),
})
