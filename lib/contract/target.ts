import { z } from 'zod'

import { TARGET_KINDS } from '../domain/target'
import { idSchema } from '../ids'
import { Done, DisplayName, PageInput, Timestamp, page } from './common'
import { allow, command, query } from './entry'

const organizationId = idSchema('organization')
const targetId = idSchema('target')

const Host = z.string().trim().max(253).regex(/^[a-z0-9]([a-z0-9.:-]*[a-z0-9])?$/i, 'Must be a host name or an IP address, without a scheme or a port.')
const Port = z.number().int().min(1).max(65_535)
const pem = (label: RegExp, what: string) => z.string().trim().max(100_000).regex(label, `Must be ${what} as PEM text, with its BEGIN and END lines.`)
const Certificate = pem(/^-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----$/, 'a certificate')
const PrivateKey = pem(/^-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----[\s\S]+-----END (?:[A-Z]+ )?PRIVATE KEY-----$/, 'a private key')

/** How an engine on another machine is reached. What is left out of an update stays as it is. */
export const TargetConnection = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('tcp'),
    host: Host,
    port: Port.default(2376),
    /** Proof of both sides: who the engine is, and who we are. */
    tls: z.strictObject({ ca: Certificate, certificate: Certificate, key: PrivateKey }).optional(),
  }),
  z.strictObject({
    kind: z.literal('ssh'),
    host: Host,
    port: Port.default(22),
    user: z.string().trim().max(64).regex(/^[a-z_][a-z0-9_.-]*$/i, 'Must be the name of a user on that machine.'),
    /** Without one a new key is made; its public part has to be added there. */
    privateKey: z.string().max(20_000).optional(),
    /** A line of known_hosts; without one the known_hosts of the machine Easel runs on decides. */
    hostKey: z.string().trim().max(4_000).regex(/(?:^|\s)(?:ssh-|ecdsa-|sk-)\S+\s+[A-Za-z0-9+/=]+/, 'Must be a host key, such as a line of: ssh-keyscan <host>').nullable().default(null),
  }),
])
export type TargetConnection = z.infer<typeof TargetConnection>

/** How it is reached, without anything secret. */
const ConnectionView = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('local') }),
  z.strictObject({ kind: z.literal('socket'), path: z.string() }),
  z.strictObject({ kind: z.literal('tcp'), host: z.string(), port: z.number(), tls: z.strictObject({ subject: z.string(), validUntil: Timestamp }).nullable() }),
  z.strictObject({ kind: z.literal('ssh'), host: z.string(), port: z.number(), user: z.string(), publicKey: z.string(), hostKey: z.string().nullable() }),
])

export const TargetView = z.strictObject({
  id: targetId,
  name: z.string(),
  kind: z.enum(TARGET_KINDS),
  /** It belongs to the instance: it can be used, but neither changed nor deleted. */
  isBuiltIn: z.boolean(),
  /** New projects begin here when nothing else is said. */
  isDefault: z.boolean(),
  connection: ConnectionView,
  publishedAddress: z.string().nullable(),
  /** As of the last look; null before the first one. */
  seen: z.strictObject({ ok: z.boolean(), message: z.string(), engineVersion: z.string().nullable(), at: Timestamp }).nullable(),
  /** Somebody has asked for a look that is not over yet. */
  isBeingChecked: z.boolean(),
  /** What to say of the disk that its services and images are on, before it is full; null while there is room, and where it is not seen. */
  diskWarning: z.string().nullable(),
  /** Environments of the organization that are on it. */
  environments: z.number(),
  createdAt: Timestamp,
})
export type TargetView = z.infer<typeof TargetView>

/** The part of a target that is told wherever something runs on it. */
export const TargetBrief = z.strictObject({ id: targetId, name: z.string(), kind: z.enum(TARGET_KINDS) })
export type TargetBrief = z.infer<typeof TargetBrief>

const PublishedAddress = Host.nullable()

export const targetCreate = command('target.create', {
  summary: 'Add a Docker engine on another machine, reached over TLS or SSH',
  input: z.strictObject({ organizationId, name: DisplayName, connection: TargetConnection, publishedAddress: PublishedAddress.optional() }),
  output: TargetView,
  access: allow('target.manage', 'organization'),
  http: { method: 'POST', path: '/organizations/{organizationId}/targets', status: 201 },
  cli: 'target create <organizationId> <name>',
  fails: ['not_found', 'conflict', 'limit_exceeded'],
})

export const targetList = query('target.list', {
  summary: 'Machines that environments can run on',
  input: z.strictObject({ organizationId, ...PageInput }),
  output: page(TargetView),
  access: allow('target.read', 'organization'),
  http: { method: 'GET', path: '/organizations/{organizationId}/targets', status: 200 },
  cli: 'target list <organizationId>',
  fails: ['not_found'],
})

export const targetGet = query('target.get', {
  summary: 'One target, with what was found when it was last looked at',
  input: z.strictObject({ organizationId, targetId }),
  output: TargetView,
  access: allow('target.read', 'organization'),
  http: { method: 'GET', path: '/organizations/{organizationId}/targets/{targetId}', status: 200 },
  cli: 'target show <organizationId> <targetId>',
  fails: ['not_found'],
})

export const targetUpdate = command('target.update', {
  summary: 'Change name or connection of a target; keys that are not given again stay',
  input: z.strictObject({ organizationId, targetId, name: DisplayName.optional(), connection: TargetConnection.optional(), publishedAddress: PublishedAddress.optional() }),
  output: TargetView,
  access: allow('target.manage', 'organization'),
  http: { method: 'PATCH', path: '/organizations/{organizationId}/targets/{targetId}', status: 200 },
  cli: 'target update <organizationId> <targetId>',
  fails: ['not_found', 'conflict', 'not_now'],
})

export const targetDelete = command('target.delete', {
  summary: 'Delete a target that nothing is on',
  input: z.strictObject({
    organizationId,
    targetId,
    /** Give up what is being deleted there: of a machine that will never answer again. What may still be on it is left as it is. */
    abandon: z.boolean().default(false),
  }),
  output: Done,
  access: allow('target.manage', 'organization'),
  http: { method: 'DELETE', path: '/organizations/{organizationId}/targets/{targetId}', status: 202 },
  cli: 'target delete <organizationId> <targetId>',
  fails: ['not_found', 'not_now'],
})

export const targetCheck = command('target.check', {
  summary: 'Have a target looked at now; what is found shows in `seen`',
  input: z.strictObject({ organizationId, targetId }),
  output: TargetView,
  access: allow('target.read', 'organization'),
  http: { method: 'POST', path: '/organizations/{organizationId}/targets/{targetId}/check', status: 202 },
  cli: 'target check <organizationId> <targetId>',
  fails: ['not_found'],
})

export const targetPrefer = command('target.prefer', {
  summary: 'Let new projects begin on this target',
  input: z.strictObject({ organizationId, targetId }),
  output: TargetView,
  access: allow('target.manage', 'organization'),
  http: { method: 'PUT', path: '/organizations/{organizationId}/default-target', status: 200 },
  cli: 'target default <organizationId> <targetId>',
  fails: ['not_found'],
})
