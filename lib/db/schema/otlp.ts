import { pgTable, text, timestamp } from 'drizzle-orm/pg-core'

import { services } from './desired'

/** By what services show that they are who they say when they send what OpenTelemetry collects. Gone with the service. */
export const otlpKeys = pgTable('otlp_keys', {
  /** The service. */
  id: text('id').primaryKey().references(() => services.id, { onDelete: 'cascade' }),
  /** What the tokens of its deployments are derived from; sealed by lib/secrets. */
  keySealed: text('key_sealed').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true, mode: 'date' }).notNull().defaultNow(),
})
