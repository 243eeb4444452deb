import { sql } from 'drizzle-orm'
import { boolean, jsonb, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core'

import { organizations } from './account'

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** What the last try of a store said. */
export type SeenStore = { ok: boolean; message: string; at: string }

/** S3-compatible stores that an organization keeps snapshots in. Without one they are on the disk. */
export const stores = pgTable(
  'stores',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull().references(() => organizations.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    /** Such as `https://s3.eu-central-1.amazonaws.com`. */
    endpoint: text('endpoint').notNull(),
    region: text('region').notNull(),
    bucket: text('bucket').notNull(),
    /** What the names of objects begin with, without slashes around it; may be empty. */
    prefix: text('prefix').notNull(),
    accessKeyId: text('access_key_id').notNull(),
    /** Sealed by lib/secrets. */
    secretSealed: text('secret_sealed').notNull(),
    /** Whether the bucket is named in the path and not in the host. */
    isPathStyle: boolean('is_path_style').notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
    /** What the last try said; written by the worker only. Null while it is being tried. */
    seen: jsonb('seen').$type<SeenStore>(),
    /** When it was deleted: the worker removes what is left in it, then the row. */
    deletedAt: instant('deleted_at'),
  },
  (t) => [uniqueIndex('stores_name').on(t.organizationId, t.name).where(sql`${t.deletedAt} is null`)],
)
