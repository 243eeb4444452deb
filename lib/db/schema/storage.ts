import { jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

import type { SeenStorage } from '../../domain/storage'
import { targets } from './target'

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** What we keep on the disk of a target, and what of it nobody needs. Observed: written by the worker that leads. */
export const targetStorage = pgTable('target_storage', {
  targetId: text('target_id').primaryKey().references(() => targets.id, { onDelete: 'cascade' }),
  /** Set when somebody wants it cleaned now; the worker clears it when that is done. */
  cleanAskedAt: instant('clean_asked_at'),
  at: instant('at'),
  seen: jsonb('seen').$type<SeenStorage>(),
})
