import { z } from 'zod'

import { parseReference, referenceComplaint, registryServer } from '../domain/image-reference'
import { idSchema } from '../ids'
import { DisplayName, Done, PageInput, Timestamp, page } from './common'
import { allow, command, query } from './entry'

// Registries of images, with the credentials of an organization. A password goes in and never comes out again.

const organizationId = idSchema('organization')
const registryId = idSchema('registry')

const Server = z
  .string()
  .trim()
  .min(1)
  .max(300)
  .refine((text) => registryServer(text) !== null, 'Must be the host of a registry, such as ghcr.io or registry.example.com:5000.')
  .transform((text) => registryServer(text) ?? text)

const Username = z.string().trim().min(1, 'Give the user name; for a token, the name that the registry says to use with it.').max(300).regex(/^[^:\p{Cc}]+$/u, 'Must not contain a colon.')
const Password = z.string().min(1, 'Give the password or the token.').max(20_000)

/** The part of a repository's name that everything kept there begins with. */
const Prefix = z
  .string()
  .trim()
  .max(150)
  .refine((text) => referenceComplaint(`registry.example.com/${text}/x`) === null && parseReference(`registry.example.com/${text}/x`).tag === null, 'Must be the beginning of a repository, such as owner/easel: lower case, without a tag.')

export const RegistryView = z.strictObject({
  id: registryId,
  name: z.string(),
  /** Host and port. */
  server: z.string(),
  username: z.string(),
  /** Where images built by this organization are kept; null: they stay in the engine that made them. */
  keepsBuildsIn: z.string().nullable(),
  /** What the last sign-in said; null while it is being tried. */
  seen: z.strictObject({ ok: z.boolean(), message: z.string(), at: Timestamp }).nullable(),
  createdAt: Timestamp,
})
export type RegistryView = z.infer<typeof RegistryView>

export const registryCreate = command('registry.create', {
  summary: 'Add the credentials of an image registry; the sign-in is tried at once',
  input: z.strictObject({ organizationId, name: DisplayName, server: Server, username: Username, password: Password, keepsBuildsIn: Prefix.nullable().default(null) }),
  output: RegistryView,
  access: allow('key.manage', 'organization'),
  http: { method: 'POST', path: '/organizations/{organizationId}/registries', status: 201 },
  cli: 'registry create <organizationId> <name> <server> <username> <password>',
  fails: ['not_found', 'conflict'],
})

export const registryList = query('registry.list', {
  summary: 'Image registries of an organization, without passwords',
  input: z.strictObject({ organizationId, ...PageInput }),
  output: page(RegistryView),
  access: allow('organization.read', 'organization'),
  http: { method: 'GET', path: '/organizations/{organizationId}/registries', status: 200 },
  cli: 'registry list <organizationId>',
  fails: ['not_found'],
})

export const registryUpdate = command('registry.update', {
  summary: 'Change the credentials of an image registry, or whether it keeps what is built; the sign-in is tried anew',
  input: z.strictObject({ organizationId, registryId, name: DisplayName.optional(), username: Username.optional(), password: Password.optional(), keepsBuildsIn: Prefix.nullable().optional() }),
  output: RegistryView,
  access: allow('key.manage', 'organization'),
  http: { method: 'PATCH', path: '/organizations/{organizationId}/registries/{registryId}', status: 200 },
  cli: 'registry update <organizationId> <registryId>',
  fails: ['not_found', 'conflict'],
})

export const registryDelete = command('registry.delete', {
  summary: 'Delete the credentials of an image registry; the images there stay',
  input: z.strictObject({ organizationId, registryId }),
  output: Done,
  access: allow('key.manage', 'organization'),
  http: { method: 'DELETE', path: '/organizations/{organizationId}/registries/{registryId}', status: 202 },
  cli: 'registry delete <organizationId> <registryId>',
  fails: ['not_found', 'not_now'],
})
