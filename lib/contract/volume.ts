import { z } from 'zod'

import { mountPathProblem } from '../domain/mount'
import { idSchema } from '../ids'
import { Done, DisplayName, Timestamp } from './common'
import { allow, command, query } from './entry'

const volumeId = idSchema('volume')
const serviceId = idSchema('service')
const environmentId = idSchema('environment')

const Coordinate = z.number().min(-1e6).max(1e6)
/** A terabyte: more is a mistake. */
const LimitMib = z.number().int().min(1).max(1_048_576)

export const MountPath = z
  .string()
  .trim()
  .superRefine((path, issue) => {
    const problem = mountPathProblem(path)
    if (problem !== null) issue.addIssue({ code: 'custom', message: problem })
  })

/** A service that may write to a volume now. */
const Writer = z.strictObject({ serviceId, name: z.string() })

/** A volume as a node shows it. */
export const VolumeNode = z.strictObject({
  kind: z.literal('volume'),
  id: volumeId,
  name: z.string(),
  x: z.number(),
  y: z.number(),
  /** The frame it stands in; null for none. */
  groupId: idSchema('group').nullable(),
  /** The service it is attached to; null for none. */
  serviceId: serviceId.nullable(),
  mountPath: z.string().nullable(),
  /** What its content took when it was measured last; null before that. */
  sizeBytes: z.number().int().nullable(),
  sizedAt: Timestamp.nullable(),
  limitMib: z.number().int().nullable(),
  /** Measured against the limit: `near` from 80 %, `over` from 100 %. Nothing stops a program from writing more. */
  use: z.enum(['unlimited', 'fine', 'near', 'over']),
  /** Whether it is being removed, with its content. */
  isDeleting: z.boolean(),
})
export type VolumeNode = z.infer<typeof VolumeNode>

export const VolumeView = VolumeNode.extend({
  environmentId,
  /** The variable that tells the service where the content is. */
  variable: z.string(),
  /** Whether programs find it at the mount path itself, or only where the variables say: what is not a container cannot mount. */
  isAtPath: z.boolean(),
  /** Services that may write to it now, whatever it is attached to. */
  writers: z.array(Writer),
  /** Why it cannot be deleted now, as a sentence; null when it can. */
  cannotDelete: z.string().nullable(),
  createdAt: Timestamp,
})
export type VolumeView = z.infer<typeof VolumeView>

export const volumeList = query('volume.list', {
  summary: 'Volumes of an environment',
  input: z.strictObject({ environmentId }),
  output: z.strictObject({ items: z.array(VolumeView) }),
  access: allow('service.read', 'environment'),
  http: { method: 'GET', path: '/environments/{environmentId}/volumes', status: 200 },
  cli: 'volume list <environmentId>',
  fails: ['not_found'],
})

export const volumeGet = query('volume.get', {
  summary: 'One volume: what it is attached to, what it holds, who writes to it',
  input: z.strictObject({ volumeId }),
  output: VolumeView,
  access: allow('service.read', 'volume'),
  http: { method: 'GET', path: '/volumes/{volumeId}', status: 200 },
  cli: 'volume show <volumeId>',
  fails: ['not_found'],
})

export const volumeCreate = command('volume.create', {
  summary: 'Draw a volume, attached to a service or on its own',
  input: z.strictObject({
    environmentId,
    /** Absent: a name after its service. */
    name: DisplayName.optional(),
    x: Coordinate.optional(),
    y: Coordinate.optional(),
    limitMib: LimitMib.nullable().optional(),
    serviceId: serviceId.optional(),
    /** Where it appears in the service; needed with one. */
    path: MountPath.optional(),
  }),
  output: VolumeView,
  access: allow('service.write', 'environment'),
  http: { method: 'POST', path: '/environments/{environmentId}/volumes', status: 201 },
  cli: 'volume create <environmentId>',
  fails: ['not_found', 'conflict', 'not_now', 'limit_exceeded'],
})

export const volumeUpdate = command('volume.update', {
  summary: 'Rename a volume, or set what it should not go beyond',
  input: z.strictObject({ volumeId, name: DisplayName.optional(), limitMib: LimitMib.nullable().optional() }),
  output: VolumeView,
  access: allow('service.write', 'volume'),
  http: { method: 'PATCH', path: '/volumes/{volumeId}', status: 200 },
  cli: 'volume update <volumeId>',
  fails: ['not_found', 'conflict'],
})

export const volumeAttach = command('volume.attach', {
  summary: 'Attach a volume to a service at a path, or move it to another path; takes effect with the next deployment',
  input: z.strictObject({ volumeId, serviceId, path: MountPath }),
  output: VolumeView,
  access: allow('service.write', 'volume'),
  http: { method: 'PUT', path: '/volumes/{volumeId}/mount', status: 200 },
  cli: 'volume attach <volumeId> <serviceId> <path>',
  fails: ['not_found', 'conflict', 'not_now', 'limit_exceeded'],
})

export const volumeDetach = command('volume.detach', {
  summary: 'Detach a volume; its content stays, and the version that runs keeps it until the next deployment',
  input: z.strictObject({ volumeId }),
  output: VolumeView,
  access: allow('service.write', 'volume'),
  http: { method: 'DELETE', path: '/volumes/{volumeId}/mount', status: 200 },
  cli: 'volume detach <volumeId>',
  fails: ['not_found', 'not_now'],
})

export const volumeDelete = command('volume.delete', {
  summary: 'Delete a volume with everything in it; refused while a service is attached or still writes to it',
  input: z.strictObject({
    volumeId,
    /** Its name, so that nobody deletes another one by mistake. */
    confirm: z.string().max(200),
  }),
  output: Done,
  access: allow('service.delete', 'volume'),
  http: { method: 'DELETE', path: '/volumes/{volumeId}', status: 202 },
  cli: 'volume delete <volumeId> <confirm>',
  fails: ['not_found', 'not_now'],
})

/** Below the root of a volume: names with slashes between, as in `in/2026/scan.pdf`; empty for the root. */
export const FilePath = z
  .string()
  .max(2_000)
  .refine((path) => path === '' || path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && new TextEncoder().encode(part).length <= 255), 'Must be names with single slashes between them, without "." and "..".')
  .refine((path) => path.split('/').length <= 64, 'Must not be deeper than 64 folders.')

const NamedPath = FilePath.refine((path) => path !== '', 'Must name a file or folder.')

export const VolumeFile = z.strictObject({
  name: z.string(),
  /** A link is shown and can be deleted; nothing is read or written through one. */
  kind: z.enum(['file', 'folder', 'link', 'other']),
  /** Of a file; null of everything else. */
  sizeBytes: z.number().int().nullable(),
  modifiedAt: Timestamp,
})
export type VolumeFile = z.infer<typeof VolumeFile>

/** Where content is sent and fetched, below the console's address: `<path>/<ticket>`. */
export const TRANSFER_PATH = '/api/transfer'

export const volumeFiles = query('volume.files', {
  summary: 'What lies in a folder of a volume',
  input: z.strictObject({ volumeId, path: FilePath.default('') }),
  output: z.strictObject({
    items: z.array(VolumeFile),
    /** How many more there are than are shown. */
    more: z.number().int(),
    /** False while the volume has not been made, which the first deployment with it does, or the first file. */
    isMade: z.boolean(),
  }),
  access: allow('volume.files', 'volume'),
  http: { method: 'GET', path: '/volumes/{volumeId}/files', status: 200 },
  cli: 'volume files <volumeId>',
  fails: ['not_found', 'forbidden', 'not_now', 'unavailable'],
})

export const volumeTransfer = command('volume.transfer', {
  summary: 'Get an address to fetch one file from (GET) or to send one to (PUT), of use once, within a minute',
  input: z.strictObject({ volumeId, action: z.enum(['read', 'write']), path: NamedPath }),
  output: z.strictObject({ /** Path below the console's address. */ path: z.string(), expiresAt: Timestamp }),
  access: allow('volume.files', 'volume'),
  http: { method: 'POST', path: '/volumes/{volumeId}/transfers', status: 201 },
  cli: 'volume transfer <volumeId> <action> <path>',
  fails: ['not_found', 'forbidden'],
})

export const volumeMakeFolder = command('volume.make_folder', {
  summary: 'Make a folder in a volume',
  input: z.strictObject({ volumeId, path: NamedPath }),
  output: Done,
  access: allow('volume.files', 'volume'),
  http: { method: 'POST', path: '/volumes/{volumeId}/folders', status: 201 },
  cli: 'volume mkdir <volumeId> <path>',
  fails: ['not_found', 'forbidden', 'conflict', 'unavailable'],
})

export const volumeRemoveFile = command('volume.remove_file', {
  summary: 'Delete a file or a folder with everything in it from a volume',
  input: z.strictObject({ volumeId, path: NamedPath }),
  output: Done,
  access: allow('volume.files', 'volume'),
  http: { method: 'DELETE', path: '/volumes/{volumeId}/files', status: 200 },
  cli: 'volume rm <volumeId> <path>',
  fails: ['not_found', 'forbidden', 'unavailable'],
})
