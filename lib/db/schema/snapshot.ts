import { bigint, boolean, index, integer, jsonb, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core'

import type { EngineName } from '../../domain/engine/engines'
import type { RestoreStatus, SnapshotFormat, SnapshotStatus, SnapshotTrigger } from '../../domain/snapshot'
import { users } from './account'
import { deployments } from './deployment'
import { environments, services } from './desired'
import { stores } from './store'
import { volumes } from './volume'

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** Copies of what volumes and databases held at one moment. They outlive what they were made of, and go with its environment. */
export const snapshots = pgTable(
  'snapshots',
  {
    id: text('id').primaryKey(),
    environmentId: text('environment_id').notNull().references(() => environments.id, { onDelete: 'cascade' }),
    volumeId: text('volume_id').references(() => volumes.id, { onDelete: 'set null' }),
    /** The database it is of; null for a volume of none. */
    serviceId: text('service_id').references(() => services.id, { onDelete: 'set null' }),
    /** What the volume or database was called. */
    sourceName: text('source_name').notNull(),
    engine: text('engine').$type<EngineName>(),
    version: text('version'),
    trigger: text('trigger').$type<SnapshotTrigger>().notNull(),
    /** The deployment it was made before; null for others, and when that is gone. */
    deploymentId: text('deployment_id').references(() => deployments.id, { onDelete: 'set null' }),
    status: text('status').$type<SnapshotStatus>().notNull().default('queued'),
    /** Why it failed, or what is to be known of how it was made. */
    message: text('message'),
    format: text('format').$type<SnapshotFormat>(),
    compression: text('compression').$type<'gzip' | 'zstd'>(),
    sizeBytes: bigint('size_bytes', { mode: 'number' }),
    contentBytes: bigint('content_bytes', { mode: 'number' }),
    sha256: text('sha256'),
    /** When somebody asked for a trial restore that has not ended; null otherwise. */
    proofAskedAt: instant('proof_asked_at'),
    /** The last trial restore: when it ended, whether it succeeded, and what was found. */
    provenAt: instant('proven_at'),
    isProven: boolean('is_proven'),
    proof: text('proof'),
    isPinned: boolean('is_pinned').notNull().default(false),
    /** Where its bytes are; null: on the disk. */
    storeId: text('store_id').references(() => stores.id),
    createdBy: text('created_by').references(() => users.id, { onDelete: 'set null' }),
    createdAt: instant('created_at').notNull().defaultNow(),
    startedAt: instant('started_at'),
    finishedAt: instant('finished_at'),
  },
  (t) => [index('snapshots_environment').on(t.environmentId, t.id), index('snapshots_volume').on(t.volumeId, t.id), index('snapshots_store').on(t.storeId), uniqueIndex('snapshots_deployment').on(t.deploymentId, t.volumeId)],
)

/** When a volume or database is copied by itself, and how many copies are kept. */
export const snapshotPlans = pgTable('snapshot_plans', {
  volumeId: text('volume_id').primaryKey().references(() => volumes.id, { onDelete: 'cascade' }),
  schedule: text('schedule').notNull(),
  timeZone: text('time_zone').notNull(),
  keepCount: integer('keep_count'),
  keepDays: integer('keep_days'),
  /** When it was set, or was due last: times after that are to come. */
  dueAt: instant('due_at').notNull(),
  /** When the newest one is restored on trial; null for never. */
  drillSchedule: text('drill_schedule'),
  drillDueAt: instant('drill_due_at').notNull(),
  /** Where they are kept; null: on the disk. */
  storeId: text('store_id').references(() => stores.id),
})

/** Snapshots on their way back into a volume. */
export const restores = pgTable(
  'restores',
  {
    id: text('id').primaryKey(),
    environmentId: text('environment_id').notNull().references(() => environments.id, { onDelete: 'cascade' }),
    snapshotId: text('snapshot_id').references(() => snapshots.id, { onDelete: 'set null' }),
    volumeId: text('volume_id').notNull().references(() => volumes.id, { onDelete: 'cascade' }),
    /** The database that is restored; null for a volume of none. */
    serviceId: text('service_id').references(() => services.id, { onDelete: 'set null' }),
    /** What was there before; null when there was nothing. */
    safetySnapshotId: text('safety_snapshot_id').references(() => snapshots.id, { onDelete: 'set null' }),
    /** Services that were stopped for it and are started afterwards. */
    stopped: jsonb('stopped').$type<string[]>(),
    /** Whether it fills a volume that was drawn for it. */
    isNew: boolean('is_new').notNull(),
    status: text('status').$type<RestoreStatus>().notNull().default('queued'),
    message: text('message'),
    createdBy: text('created_by').references(() => users.id, { onDelete: 'set null' }),
    createdAt: instant('created_at').notNull().defaultNow(),
    startedAt: instant('started_at'),
    /** When what is done now began: stopping what uses it, or starting it again. */
    stepAt: instant('step_at'),
    finishedAt: instant('finished_at'),
  },
  (t) => [index('restores_volume').on(t.volumeId, t.id), index('restores_environment').on(t.environmentId), uniqueIndex('restores_safety').on(t.safetySnapshotId)],
)
