import { bigint, index, integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

import { users } from './account'
import { projects } from './desired'

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** Folders that were sent to be deployed, each a version that never changes. The bytes are a file named by the digest, which several may share. */
export const uploads = pgTable(
  'uploads',
  {
    id: text('id').primaryKey(),
    projectId: text('project_id').notNull().references(() => projects.id, { onDelete: 'cascade' }),
    /** What the folder was called where it came from. */
    name: text('name').notNull(),
    /** SHA-256 of the archive, in hexadecimal digits; null until all of it has arrived and was found to be safe. */
    digest: text('digest'),
    sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
    files: integer('files'),
    unpackedBytes: bigint('unpacked_bytes', { mode: 'number' }),
    createdBy: text('created_by').references(() => users.id, { onDelete: 'set null' }),
    createdAt: instant('created_at').notNull().defaultNow(),
    /** When something was last set to it. What nothing refers to is removed some time after. */
    usedAt: instant('used_at').notNull().defaultNow(),
  },
  (t) => [index('uploads_project').on(t.projectId), index('uploads_digest').on(t.digest), index('uploads_used').on(t.usedAt), index('uploads_author').on(t.createdBy)],
)
