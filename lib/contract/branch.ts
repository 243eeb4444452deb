import { z } from 'zod'

import { BRANCH_STATUSES, BRANCH_STEPS } from '../domain/branch'
import { ENGINE_NAMES } from '../domain/engine/engines'
import { MASK_KINDS } from '../domain/mask'
import { idSchema } from '../ids'
import { DisplayName, PersonView, Timestamp } from './common'
import { allow, command, query } from './entry'

const environmentId = idSchema('environment')
const serviceId = idSchema('service')
const volumeId = idSchema('volume')
const snapshotId = idSchema('snapshot')

/** What every value of a column becomes in a copy. */
export const MaskRule = z.strictObject({
  /** With its schema, such as `public.people`, or without. */
  table: z.string().trim().min(1).max(200),
  column: z.string().trim().min(1).max(128),
  as: z.enum(MASK_KINDS),
  /** What stands in every row; for `text` alone. */
  text: z.string().max(1_000).optional(),
})

/** What a database or volume of the new environment begins with. */
const BranchData = z.strictObject({
  /** One of both: a database of the source, or a volume. */
  serviceId: serviceId.optional(),
  volumeId: volumeId.optional(),
  /** As it is now, or as a snapshot has it. */
  from: z.enum(['now', 'snapshot']),
  snapshotId: snapshotId.optional(),
  /** Absent: the rules of the last branch. They are kept for the next one. */
  masks: z.array(MaskRule).max(200).optional(),
})
export type BranchData = z.input<typeof BranchData>

const BranchCopyView = z.strictObject({
  volumeId,
  /** The new database whose data it holds; null of a volume of none. */
  serviceId: serviceId.nullable(),
  name: z.string(),
  engine: z.enum(ENGINE_NAMES).nullable(),
  from: z.enum(['now', 'snapshot']),
  step: z.enum(BRANCH_STEPS),
  masks: z.array(MaskRule),
})

/** An environment that was drawn after another one, and how far the copies of its data are. */
export const BranchView = z.strictObject({
  environmentId,
  /** What it was branched from: `id` is null when that is gone, `name` is what it was called then. */
  source: z.strictObject({ id: environmentId.nullable(), name: z.string() }),
  status: z.enum(BRANCH_STATUSES),
  /** What failed and what to do; null when there is nothing to say. */
  message: z.string().nullable(),
  /** What was copied. All others began empty. */
  copies: z.array(BranchCopyView),
  /** Why it cannot be tried again, or cancelled, as a sentence; null when it can. */
  cannotRetry: z.string().nullable(),
  cannotCancel: z.string().nullable(),
  createdBy: PersonView.nullable(),
  createdAt: Timestamp,
  finishedAt: Timestamp.nullable(),
})
export type BranchView = z.infer<typeof BranchView>

/** Something with data that a branch could have a copy of. */
export const BranchOption = z.strictObject({
  volumeId,
  /** The database whose data it holds; null of a volume of none. */
  serviceId: serviceId.nullable(),
  name: z.string(),
  engine: z.enum(ENGINE_NAMES).nullable(),
  sizeBytes: z.number().nullable(),
  /** Why it cannot be copied as it is now, as a sentence; null when it can. */
  cannotCopy: z.string().nullable(),
  /** Why its columns cannot be masked; null when they can. */
  cannotMask: z.string().nullable(),
  /** The rules of the last branch. */
  masks: z.array(MaskRule),
  /** Whole ones, newest first. */
  snapshots: z.array(z.strictObject({ id: snapshotId, createdAt: Timestamp, sizeBytes: z.number().nullable() })),
})
export type BranchOption = z.infer<typeof BranchOption>

export const environmentBranch = command('environment.branch', {
  summary: 'Draw a new environment after this one, with copies of the data of what is named; nothing in it runs until it is deployed',
  input: z.strictObject({ environmentId, name: DisplayName, data: z.array(BranchData).max(200).default([]) }),
  output: BranchView,
  access: allow('project.write', 'environment'),
  http: { method: 'POST', path: '/environments/{environmentId}/branches', status: 202 },
  cli: 'environment branch <environmentId> <name>',
  fails: ['not_found', 'conflict', 'not_now', 'limit_exceeded', 'unavailable'],
})

export const branchOptions = query('branch.options', {
  summary: 'What of an environment has data that a branch could have a copy of',
  input: z.strictObject({ environmentId }),
  output: z.strictObject({ items: z.array(BranchOption) }),
  access: allow('service.read', 'environment'),
  http: { method: 'GET', path: '/environments/{environmentId}/branch-options', status: 200 },
  cli: 'branch options <environmentId>',
  fails: ['not_found'],
})

export const branchGet = query('branch.get', {
  summary: 'What an environment was branched from, and how far the copies of data into it are',
  input: z.strictObject({ environmentId }),
  /** Null for an environment that is no branch. */
  output: z.strictObject({ branch: BranchView.nullable() }),
  access: allow('service.read', 'environment'),
  http: { method: 'GET', path: '/environments/{environmentId}/branch', status: 200 },
  cli: 'branch show <environmentId>',
  fails: ['not_found'],
})

export const branchRetry = command('branch.retry', {
  summary: 'Go on with a branch whose copies stopped after a failure',
  input: z.strictObject({ environmentId }),
  output: BranchView,
  access: allow('project.write', 'environment'),
  http: { method: 'POST', path: '/environments/{environmentId}/branch/retry', status: 202 },
  cli: 'branch retry <environmentId>',
  fails: ['not_found', 'not_now'],
})

export const branchCancel = command('branch.cancel', {
  summary: 'Copy no more data into a branch: what is not there yet begins empty',
  input: z.strictObject({ environmentId }),
  output: BranchView,
  access: allow('project.write', 'environment'),
  http: { method: 'POST', path: '/environments/{environmentId}/branch/cancel', status: 202 },
  cli: 'branch cancel <environmentId>',
  fails: ['not_found', 'not_now'],
})
