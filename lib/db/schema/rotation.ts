import { sql } from 'drizzle-orm'
import { boolean, check, index, jsonb, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core'

import type { Dependant, RotationStatus, RotationStep } from '../../domain/rotation'
import { users } from './account'
import { services } from './desired'

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** The credentials of a database being replaced, and how far that is. */
export const rotations = pgTable(
  'rotations',
  {
    id: text('id').primaryKey(),
    serviceId: text('service_id').notNull().references(() => services.id, { onDelete: 'cascade' }),
    status: text('status').$type<RotationStatus>().notNull().default('running'),
    /** What is to be done next. */
    step: text('step').$type<RotationStep>().notNull().default('make'),
    /** On its way back to the former credential: it was cancelled. */
    isReturning: boolean('is_returning').notNull().default(false),
    /** Why it waits, or what it waits for, as a sentence. */
    message: text('message'),
    dependants: jsonb('dependants').$type<Dependant[]>().notNull().default([]),
    /** The credentials, sealed; null before the step that makes them, and when it has ended. */
    formerSealed: text('former_sealed'),
    nextSealed: text('next_sealed'),
    /** When references began to lead to the wanted credential: who connected before may have used the other one. */
    writtenAt: instant('written_at'),
    createdBy: text('created_by').references(() => users.id, { onDelete: 'set null' }),
    createdAt: instant('created_at').notNull().defaultNow(),
    finishedAt: instant('finished_at'),
  },
  (t) => [
    index('rotations_service').on(t.serviceId, t.id),
    // However many ask at once: one at a time for each database.
    uniqueIndex('rotations_open').on(t.serviceId).where(sql`${t.status} in ('running', 'failed')`),
    check('rotations_status', sql`${t.status} in ('running', 'failed', 'done', 'cancelled')`),
  ],
)
