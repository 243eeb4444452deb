import { z } from 'zod'

import { ENGINE_NAMES } from '../domain/engine/engines'
import { RESTORE_STATUSES, SNAPSHOT_FORMATS, SNAPSHOT_TRIGGERS } from '../domain/snapshot'
import { scheduleComplaint } from '../domain/schedule'
import { idSchema } from '../ids'
import { Done, DisplayName, PageInput, PersonView, Timestamp, page } from './common'
import { allow, command, query } from './entry'
import { storeId } from './store'
import { TimeZone } from './time-zone'

const environmentId = idSchema('environment')
const serviceId = idSchema('service')
const volumeId = idSchema('volume')
const snapshotId = idSchema('snapshot')

/** What is meant: a database by its service, or a volume. */
const Node = { serviceId: serviceId.optional(), volumeId: volumeId.optional() }

/** What a volume or a database held at one moment. */
export const SnapshotView = z.strictObject({
  id: snapshotId,
  environmentId,
  /** What it was made of; null when that is gone. */
  volumeId: volumeId.nullable(),
  serviceId: serviceId.nullable(),
  /** What that was called. */
  source: z.string(),
  /** Null: of a volume that no database uses. */
  engine: z.enum(ENGINE_NAMES).nullable(),
  version: z.string().nullable(),
  trigger: z.enum(SNAPSHOT_TRIGGERS),
  /** The deployment it was taken before; null for others, and when that is gone. */
  deploymentId: idSchema('deployment').nullable(),
  status: z.enum(['queued', 'running', 'done', 'failed', 'cancelled']),
  /** Why it failed, or what is to be known of how it was made. */
  message: z.string().nullable(),
  format: z.enum(SNAPSHOT_FORMATS).nullable(),
  /** What it takes where it is kept, and what its content takes unpacked. */
  sizeBytes: z.number().int().nullable(),
  contentBytes: z.number().int().nullable(),
  sha256: z.string().nullable(),
  durationMs: z.number().int().nullable(),
  /** The last trial restore of it, and what was found; null before one. */
  proof: z.strictObject({ at: Timestamp, ok: z.boolean(), message: z.string() }).nullable(),
  /** Whether it is being restored on trial, or waits for it. */
  isBeingProven: z.boolean(),
  /** Where its bytes are; null: on the disk of the machine that runs Easel. */
  store: z.strictObject({ id: storeId, name: z.string() }).nullable(),
  /** Kept whatever its plan says. */
  isPinned: z.boolean(),
  createdBy: PersonView.nullable(),
  createdAt: Timestamp,
  finishedAt: Timestamp.nullable(),
})
export type SnapshotView = z.infer<typeof SnapshotView>

/** A snapshot on its way back. */
export const RestoreView = z.strictObject({
  id: idSchema('restore'),
  snapshotId: snapshotId.nullable(),
  volumeId,
  serviceId: serviceId.nullable(),
  /** What is restored. */
  target: z.string(),
  isNew: z.boolean(),
  status: z.enum(RESTORE_STATUSES),
  message: z.string().nullable(),
  /** What was there before. */
  safetySnapshotId: snapshotId.nullable(),
  createdBy: PersonView.nullable(),
  createdAt: Timestamp,
  finishedAt: Timestamp.nullable(),
})
export type RestoreView = z.infer<typeof RestoreView>

const Keep = {
  /** How many of those it made are kept; null: any number. Never fewer than the newest. */
  keepCount: z.number().int().min(1).max(1_000).nullable(),
  /** How many days they are kept; null: for ever. */
  keepDays: z.number().int().min(1).max(3_650).nullable(),
}

const Schedule = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .superRefine((schedule, context) => {
    const message = scheduleComplaint(schedule)
    if (message !== null) context.addIssue({ code: 'custom', message })
  })

export const SnapshotPlan = z.strictObject({
  schedule: Schedule,
  timeZone: TimeZone.default('UTC'),
  ...Keep,
  /** When the newest one is restored on trial, into something that is thrown away; null: never by itself. */
  drillSchedule: Schedule.nullable().default(null),
  /** Where they are kept; null: on the disk of the machine that runs Easel. */
  storeId: storeId.nullable().default(null),
})
export type SnapshotPlan = z.infer<typeof SnapshotPlan>

export const SnapshotPlanView = z.strictObject({
  plan: z.strictObject({ schedule: z.string(), timeZone: z.string(), ...Keep, drillSchedule: z.string().nullable(), store: z.strictObject({ id: storeId, name: z.string() }).nullable() }).nullable(),
  nextAt: Timestamp.nullable(),
  /** The last trial restore that succeeded; null when there was none. */
  lastProof: z.strictObject({ snapshotId, at: Timestamp, message: z.string() }).nullable(),
  /** Why no snapshot can be taken now, as a sentence; null when it can. */
  cannotTake: z.string().nullable(),
  /** Why none of them can be restored on trial, as a sentence; null when it can. */
  cannotTry: z.string().nullable(),
  /** Stores of the organization that snapshots can be kept in, besides the disk. `problem`: what the last try of it found, when it failed. */
  stores: z.array(z.strictObject({ id: storeId, name: z.string(), problem: z.string().nullable() })),
  /** The last restores, newest first. */
  restores: z.array(RestoreView),
})
export type SnapshotPlanView = z.infer<typeof SnapshotPlanView>

export const snapshotList = query('snapshot.list', {
  summary: 'Snapshots of an environment, or of one database or volume in it, newest first',
  input: z.strictObject({ environmentId, ...Node, ...PageInput }),
  output: page(SnapshotView),
  access: allow('service.read', 'environment'),
  http: { method: 'GET', path: '/environments/{environmentId}/snapshots', status: 200 },
  cli: 'snapshot list <environmentId>',
  fails: ['not_found'],
})

export const snapshotGet = query('snapshot.get', {
  summary: 'One snapshot',
  input: z.strictObject({ snapshotId }),
  output: SnapshotView,
  access: allow('service.read', 'snapshot'),
  http: { method: 'GET', path: '/snapshots/{snapshotId}', status: 200 },
  cli: 'snapshot show <snapshotId>',
  fails: ['not_found'],
})

export const snapshotCreate = command('snapshot.create', {
  summary: 'Take a snapshot of a database or a volume now',
  input: z.strictObject({ environmentId, ...Node, /** Where it is kept; null: on the disk of the machine that runs Easel. */ storeId: storeId.nullable().default(null) }),
  output: SnapshotView,
  access: allow('service.write', 'environment'),
  http: { method: 'POST', path: '/environments/{environmentId}/snapshots', status: 202 },
  cli: 'snapshot take <environmentId>',
  fails: ['not_found', 'not_now', 'limit_exceeded'],
})

export const snapshotUpdate = command('snapshot.update', {
  summary: 'Keep a snapshot whatever its plan says, or leave it to that again',
  input: z.strictObject({ snapshotId, isPinned: z.boolean() }),
  output: SnapshotView,
  access: allow('service.write', 'snapshot'),
  http: { method: 'PATCH', path: '/snapshots/{snapshotId}', status: 200 },
  cli: 'snapshot update <snapshotId>',
  fails: ['not_found'],
})

export const snapshotDelete = command('snapshot.delete', {
  summary: 'Delete a snapshot for good',
  input: z.strictObject({ snapshotId }),
  output: Done,
  access: allow('service.delete', 'snapshot'),
  http: { method: 'DELETE', path: '/snapshots/{snapshotId}', status: 202 },
  cli: 'snapshot delete <snapshotId>',
  fails: ['not_found', 'not_now'],
})

export const snapshotRestore = command('snapshot.restore', {
  summary: 'Replace what a database or volume holds by a snapshot, after a safety snapshot of it; or draw a new one with its content',
  input: z.strictObject({
    snapshotId,
    /** Absent: what it was made of. */
    ...Node,
    /** Draws a new database or volume beside it; a database runs when it is deployed. */
    asNew: z.boolean().default(false),
    name: DisplayName.optional(),
  }),
  output: RestoreView,
  access: allow('service.delete', 'snapshot'),
  http: { method: 'POST', path: '/snapshots/{snapshotId}/restores', status: 202 },
  cli: 'snapshot restore <snapshotId>',
  fails: ['not_found', 'conflict', 'not_now', 'limit_exceeded'],
})

export const snapshotProve = command('snapshot.prove', {
  summary: 'Restore a snapshot on trial into something that is thrown away, and read all of it',
  input: z.strictObject({ snapshotId }),
  output: SnapshotView,
  access: allow('service.write', 'snapshot'),
  http: { method: 'POST', path: '/snapshots/{snapshotId}/prove', status: 202 },
  cli: 'snapshot prove <snapshotId>',
  fails: ['not_found', 'not_now'],
})

export const snapshotCancel = command('snapshot.cancel', {
  summary: 'End the making of a snapshot, or its trial restore, and leave nothing of it',
  input: z.strictObject({ snapshotId }),
  output: SnapshotView,
  access: allow('service.write', 'snapshot'),
  http: { method: 'POST', path: '/snapshots/{snapshotId}/cancel', status: 202 },
  cli: 'snapshot cancel <snapshotId>',
  fails: ['not_found', 'not_now'],
})

export const restoreCancel = command('restore.cancel', {
  summary: 'End a restore before anything is replaced, and start again what was stopped for it',
  input: z.strictObject({ restoreId: idSchema('restore') }),
  output: RestoreView,
  access: allow('service.delete', 'restore'),
  http: { method: 'POST', path: '/restores/{restoreId}/cancel', status: 202 },
  cli: 'restore cancel <restoreId>',
  fails: ['not_found', 'not_now'],
})

export const snapshotPlan = query('snapshot.plan', {
  summary: 'When snapshots of a database or volume are taken by themselves, how many are kept, and what was restored last',
  input: z.strictObject({ environmentId, ...Node }),
  output: SnapshotPlanView,
  access: allow('service.read', 'environment'),
  http: { method: 'GET', path: '/environments/{environmentId}/snapshot-plan', status: 200 },
  cli: 'snapshot plan <environmentId>',
  fails: ['not_found', 'not_now'],
})

export const snapshotSchedule = command('snapshot.schedule', {
  summary: 'Set when snapshots of a database or volume are taken by themselves, and how many are kept',
  input: z.strictObject({ environmentId, ...Node, /** Null: no longer by themselves. */ plan: SnapshotPlan.nullable() }),
  output: SnapshotPlanView,
  access: allow('service.write', 'environment'),
  http: { method: 'PUT', path: '/environments/{environmentId}/snapshot-plan', status: 200 },
  cli: 'snapshot schedule <environmentId>',
  fails: ['not_found', 'not_now'],
})
