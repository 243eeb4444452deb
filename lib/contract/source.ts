import { z } from 'zod'

import { ENGINE_NAMES, VERSION_PATTERN } from '../domain/engine/engines'
import { referenceComplaint } from '../domain/image-reference'
import { idSchema } from '../ids'
import { DisplayName } from './common'
import { TimeZone } from './time-zone'

// Where the code of a service comes from. Everything here ends up as an argument of git or as a path below a checkout,
// never in a shell; the patterns refuse what could be read as an option or leave the checkout.

/** A relative folder inside the source: no `..`, no leading slash, no backslash, no control characters. */
export const RootDirectory = z
  .string()
  .max(300)
  .transform((value) => value.trim().replace(/^\.\//, '').replace(/\/+$/, ''))
  .refine((value) => !value.startsWith('/') && !value.split('/').includes('..') && !/[\\\p{Cc}]/u.test(value), 'Must be a folder inside the source, such as apps/web; it cannot begin with / or contain ...')

// Follows git-check-ref-format, narrowed: nothing that begins with "-", no "..", no characters git forbids.
export const GitRef = z
  .string()
  .min(1)
  .max(250)
  .refine((ref) => /^[^\s~^:?*[\\\p{Cc}$`'"();&|<>]+$/u.test(ref) && !ref.startsWith('-') && !ref.includes('..') && !ref.includes('@{') && !ref.endsWith('.lock') && !ref.endsWith('/') && !ref.startsWith('/'), 'Must be the name of a branch or tag, or a commit id.')

const SCP_LIKE = /^[A-Za-z0-9_][A-Za-z0-9_.-]*@[A-Za-z0-9][A-Za-z0-9.-]*:[^\s-][^\s]*$/

export const GitUrl = z
  .string()
  .trim()
  .min(1)
  .max(1000)
  .refine((value) => !/[\s\p{Cc}]/u.test(value) && !value.startsWith('-'), 'Must be a git address without spaces.')
  .refine(
    (value) => SCP_LIKE.test(value) || /^(https?|ssh|file):\/\/[^\s]+$/.test(value),
    'Must begin with https://, http://, ssh:// or file://, or look like git@host:owner/repository.git.',
  )
  .refine((value) => !/^https?:\/\/[^/]*@/.test(value), 'Must not contain a user name or password. Use an SSH key for a private repository.')
  .refine((value) => !/^ssh:\/\/-|^ssh:\/\/[^/@]*@-|:-/.test(value), 'Must not contain a host that begins with a hyphen.')

export const TEMPLATES = ['static-site', 'node-service', 'two-services'] as const

export const ImageReference = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .superRefine((text, context) => {
    const message = referenceComplaint(text)
    if (message !== null) context.addIssue({ code: 'custom', message })
  })

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Must be a time of day such as 22:00.')

/** When an image may be deployed by itself. A window may go over midnight. */
export const DeployWindow = z.strictObject({ from: TimeOfDay, to: TimeOfDay, timeZone: TimeZone.default('UTC') }).refine(({ from, to }) => from !== to, { path: ['to'], message: 'Must differ from the beginning. Leave the window out for any time.' })
export type DeployWindow = z.infer<typeof DeployWindow>

/** Of a database engine. Data stays with its line: another one is a new database. */
export const EngineVersion = z.string().trim().regex(VERSION_PATTERN, 'Must be a version such as 17 or 10.11.')

export const Source = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('git'),
    url: GitUrl,
    /** Branch, tag or commit; the default branch when absent. */
    ref: GitRef.optional(),
    rootDirectory: RootDirectory.optional(),
    sshKeyId: idSchema('sshKey').optional(),
  }),
  z.strictObject({
    type: z.literal('local'),
    /** An absolute folder on the machine that runs Easel. */
    path: z.string().min(1).max(1000).refine((value) => value.startsWith('/') && !/\p{Cc}/u.test(value), 'Must be an absolute path such as /home/me/site.'),
    rootDirectory: RootDirectory.optional(),
  }),
  z.strictObject({
    type: z.literal('template'),
    /** A folder of the bundled templates, such as `node-service`; `two-services` is drawn as two services. */
    template: z.string().regex(/^[a-z0-9-]+(\/[a-z0-9-]+)?$/, 'Must be the name of a bundled template.'),
  }),
  z.strictObject({
    type: z.literal('upload'),
    /** A folder that was sent (`upload.create`), at one moment. Sent again it is another upload. */
    uploadId: idSchema('upload'),
    /** What the folder is called. */
    name: DisplayName,
    rootDirectory: RootDirectory.optional(),
  }),
  z.strictObject({
    type: z.literal('image'),
    /** Such as `postgres:16` or `ghcr.io/owner/app@sha256:…`. What a tag leads to is resolved when it is deployed, and kept. */
    reference: ImageReference,
    /** The credentials to fetch it with. */
    registryId: idSchema('registry').optional(),
    /** Deployed by itself when the tag leads to another image, at any time or within a window. */
    follow: z.strictObject({ window: DeployWindow.nullable().default(null) }).optional(),
  }),
  z.strictObject({
    type: z.literal('database'),
    engine: z.enum(ENGINE_NAMES),
    version: EngineVersion,
  }),
])
export type Source = z.infer<typeof Source>
