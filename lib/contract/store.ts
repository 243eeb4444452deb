import { z } from 'zod'

import { idSchema } from '../ids'
import { DisplayName, Done, PageInput, Timestamp, page } from './common'
import { allow, command, query } from './entry'

// S3-compatible stores that an organization keeps snapshots in. A secret goes in and never comes out again.

const organizationId = idSchema('organization')
export const storeId = idSchema('store')

const Endpoint = z
  .string()
  .trim()
  .max(500)
  .refine(isEndpoint, 'Must be an address such as https://s3.eu-central-1.amazonaws.com, without the bucket, a user or a question mark.')
  .transform((text) => text.replace(/\/+$/, ''))

function isEndpoint(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password, search, hash } = new URL(text)
  return ['http:', 'https:'].includes(protocol) && username + password + search + hash === ''
}

const Region = z.string().trim().min(1).max(60).regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, 'Must be the name of a region, such as eu-central-1; stores without regions take us-east-1.')
const Bucket = z.string().trim().max(255).regex(/^[A-Za-z0-9][A-Za-z0-9._-]+$/, 'Must be the name of a bucket: letters, digits, dots and dashes.')
const Prefix = z
  .string()
  .trim()
  .max(300)
  .transform((text) => text.replace(/^\/+|\/+$/g, ''))
  .refine((text) => /^([\w!'()*-][\w.!'()*-]*(\/[\w!'()*-][\w.!'()*-]*)*)?$/.test(text), 'Must be a path such as backups/easel: letters, digits, dots, dashes and slashes.')
const AccessKeyId = z.string().trim().min(1, 'Give the id of the access key.').max(300).regex(/^[\x21-\x7e]+$/, 'Must be one word.')
const Secret = z.string().trim().min(1, 'Give the secret of the access key.').max(2_000).regex(/^[\x20-\x7e]+$/, 'Must be one line.')

export const StoreView = z.strictObject({
  id: storeId,
  name: z.string(),
  /** Where the interface of the store answers. */
  endpoint: z.string(),
  region: z.string(),
  bucket: z.string(),
  /** What the names of objects begin with; may be empty. */
  prefix: z.string(),
  accessKeyId: z.string(),
  /** Whether the bucket is named in the path of addresses, and not in the host. */
  isPathStyle: z.boolean(),
  /** What writing, reading and deleting a small object said; null while it is being tried. */
  seen: z.strictObject({ ok: z.boolean(), message: z.string(), at: Timestamp }).nullable(),
  /** How many snapshots lie in it, and what they take. */
  snapshots: z.number().int(),
  sizeBytes: z.number().int(),
  createdAt: Timestamp,
})
export type StoreView = z.infer<typeof StoreView>

export const storeCreate = command('store.create', {
  summary: 'Add an S3-compatible store for snapshots; a small object is written, read and deleted at once',
  input: z.strictObject({ organizationId, name: DisplayName, endpoint: Endpoint, region: Region.default('us-east-1'), bucket: Bucket, prefix: Prefix.default(''), accessKeyId: AccessKeyId, secret: Secret, isPathStyle: z.boolean().default(true) }),
  output: StoreView,
  access: allow('key.manage', 'organization'),
  http: { method: 'POST', path: '/organizations/{organizationId}/stores', status: 201 },
  cli: 'store create <organizationId> <name> <endpoint> <bucket> <accessKeyId> <secret>',
  fails: ['not_found', 'conflict'],
})

export const storeList = query('store.list', {
  summary: 'Stores for the snapshots of an organization, without secrets',
  input: z.strictObject({ organizationId, ...PageInput }),
  output: page(StoreView),
  access: allow('organization.read', 'organization'),
  http: { method: 'GET', path: '/organizations/{organizationId}/stores', status: 200 },
  cli: 'store list <organizationId>',
  fails: ['not_found'],
})

export const storeUpdate = command('store.update', {
  summary: 'Change a store for snapshots; it is tried anew. Its bucket and prefix stay while snapshots lie in it',
  input: z.strictObject({ organizationId, storeId, name: DisplayName.optional(), endpoint: Endpoint.optional(), region: Region.optional(), bucket: Bucket.optional(), prefix: Prefix.optional(), accessKeyId: AccessKeyId.optional(), secret: Secret.optional(), isPathStyle: z.boolean().optional() }),
  output: StoreView,
  access: allow('key.manage', 'organization'),
  http: { method: 'PATCH', path: '/organizations/{organizationId}/stores/{storeId}', status: 200 },
  cli: 'store update <organizationId> <storeId>',
  fails: ['not_found', 'conflict', 'not_now'],
})

export const storeCheck = command('store.check', {
  summary: 'Try a store for snapshots again: write, read and delete a small object; what is found shows in `seen`',
  input: z.strictObject({ organizationId, storeId }),
  output: StoreView,
  access: allow('key.manage', 'organization'),
  http: { method: 'POST', path: '/organizations/{organizationId}/stores/{storeId}/check', status: 202 },
  cli: 'store check <organizationId> <storeId>',
  fails: ['not_found'],
})

export const storeDelete = command('store.delete', {
  summary: 'Delete a store for snapshots; refused while snapshots lie in it',
  input: z.strictObject({ organizationId, storeId }),
  output: Done,
  access: allow('key.manage', 'organization'),
  http: { method: 'DELETE', path: '/organizations/{organizationId}/stores/{storeId}', status: 202 },
  cli: 'store delete <organizationId> <storeId>',
  fails: ['not_found', 'not_now'],
})
