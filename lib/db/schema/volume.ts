import { sql } from 'drizzle-orm'
import { bigint, doublePrecision, index, integer, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core'

import { environments, groups, services } from './desired'

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** Bytes that outlive deployments. Whose they are follows from the environment; on its target they have a name made of the id. */
export const volumes = pgTable(
  'volumes',
  {
    id: text('id').primaryKey(),
    environmentId: text('environment_id').notNull().references(() => environments.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    /** The service that it is attached to, from the next deployment of that on; null for none. */
    serviceId: text('service_id').references(() => services.id, { onDelete: 'set null' }),
    /** Where it appears there; kept with the service, null for none. */
    mountPath: text('mount_path'),
    x: doublePrecision('x').notNull().default(0),
    y: doublePrecision('y').notNull().default(0),
    /** The frame it stands in on the canvas; null for none. */
    groupId: text('group_id').references(() => groups.id, { onDelete: 'set null' }),
    /** What its content should not go beyond; null for no limit. Measured, not enforced. */
    limitMib: integer('limit_mib'),
    /** Observed: when its target first had it, and what it holds since it was last measured. */
    madeAt: instant('made_at'),
    sizeBytes: bigint('size_bytes', { mode: 'number' }),
    sizedAt: instant('sized_at'),
    createdAt: instant('created_at').notNull().defaultNow(),
    /** When its deletion was asked for; the row goes when its bytes are gone. */
    deletedAt: instant('deleted_at'),
  },
  (t) => [
    uniqueIndex('volumes_name').on(t.environmentId, sql`lower(${t.name})`),
    uniqueIndex('volumes_mount').on(t.serviceId, t.mountPath),
    index('volumes_group').on(t.groupId),
    index('volumes_deleted').on(t.environmentId).where(sql`${t.deletedAt} is not null`),
  ],
)
