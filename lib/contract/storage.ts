import { z } from 'zod'

import { idSchema } from '../ids'
import { Timestamp } from './common'
import { allow, command, query } from './entry'
import { TargetBrief } from './target'

const organizationId = idSchema('organization')
const Bytes = z.number().int()

/** `warning`: what to say of it before it is full. */
export const DiskView = z.strictObject({ path: z.string(), totalBytes: Bytes, freeBytes: Bytes, warning: z.string().nullable() })
export type DiskView = z.infer<typeof DiskView>

/** An image that nothing needs. */
export const SurplusView = z.strictObject({
  id: z.string(),
  /** Whose it was; null when that service is gone or belongs to another organization. */
  service: z.strictObject({ id: idSchema('service'), name: z.string() }).nullable(),
  sizeBytes: Bytes,
  createdAt: Timestamp,
  why: z.string(),
})

export const StorageView = z.strictObject({
  target: TargetBrief,
  /** When it was looked at; null before the first look, and then nothing below is known. */
  at: Timestamp.nullable(),
  imagesBytes: Bytes,
  /** Of the whole engine, which does not tell whose it is. */
  cacheBytes: Bytes,
  /** Null: it is cleaned by hand only. */
  budgetBytes: Bytes.nullable(),
  /** Whether cleaning removes build cache too. */
  cleansCache: z.boolean(),
  /** What a cleaning would remove, the oldest first. */
  surplus: z.array(SurplusView),
  disk: DiskView.nullable(),
  /** The last cleaning; `message`: what it could not do. */
  cleaned: z.strictObject({ at: Timestamp, images: z.number().int(), bytes: Bytes, message: z.string().nullable() }).nullable(),
  /** Somebody has asked for a cleaning that is not over yet. */
  isBeingCleaned: z.boolean(),
})
export type StorageView = z.infer<typeof StorageView>

export const storageList = query('storage.list', {
  summary: 'What Docker targets keep on their disks, what a cleaning would remove and why, and how much room is left',
  input: z.strictObject({ organizationId }),
  output: z.strictObject({
    /** The disk of the data folder, as a worker sees it; null while none reports. */
    data: DiskView.nullable(),
    /** What the log lines of all services take in the database, and how much they may hold there before the oldest of those with the most go. */
    logs: z.strictObject({ bytes: Bytes, budgetBytes: Bytes }),
    targets: z.array(StorageView),
  }),
  access: allow('job.read', 'organization'),
  http: { method: 'GET', path: '/organizations/{organizationId}/storage', status: 200 },
  cli: 'storage <organizationId>',
  fails: ['not_found'],
})

export const storageClean = command('storage.clean', {
  summary: 'Remove now what nothing needs from the disk of a Docker target',
  input: z.strictObject({ organizationId, targetId: idSchema('target') }),
  output: StorageView,
  access: allow('job.manage', 'organization'),
  http: { method: 'POST', path: '/organizations/{organizationId}/targets/{targetId}/clean', status: 202 },
  cli: 'storage clean <organizationId> <targetId>',
  fails: ['not_found', 'not_now'],
})
