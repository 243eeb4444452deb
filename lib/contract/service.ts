import { z } from 'zod'

import { FAILURE_REASONS } from '../domain/failure'
import { VARIABLE_SCOPES } from '../domain/variable-scope'
import { idSchema } from '../ids'
import { Done, DisplayName, PageInput, Timestamp, page } from './common'
import { allow, command, query } from './entry'
import { ServiceNode } from './graph'
import { LOG_KINDS, LogInput, LogPage } from './log'
import { Recipe } from './recipe'
import { ServiceSettings } from './service-settings'
import { Source } from './source'

const serviceId = idSchema('service')
const environmentId = idSchema('environment')

/** What would be built, read from the source before any build. */
export const InspectionView = z.strictObject({
  status: z.enum(['pending', 'done', 'failed']),
  recipe: Recipe.nullable(),
  /** Path of the Dockerfile that makes its image, in place of a recipe. */
  dockerfile: z.string().nullable().default(null),
  /** Commit that was read, for git sources. */
  commit: z.string().nullable(),
  failure: z.strictObject({ reason: z.enum(FAILURE_REASONS), message: z.string() }).nullable(),
  at: Timestamp,
})
export type InspectionView = z.infer<typeof InspectionView>

export const ServiceView = ServiceNode.extend({
  environmentId,
  projectId: idSchema('project'),
  /** Address for other services of the environment, stable across deployments. */
  privateUrl: z.string(),
  /** Where a database is reached from outside, and by whom; null for nobody. `isHere`: only programs of the machine can, because the proxy listens on its loopback. */
  publicAccess: z.strictObject({ host: z.string(), port: z.number().int(), allow: z.array(z.string()), isHere: z.boolean() }).nullable(),
  settings: ServiceSettings,
  inspection: InspectionView.nullable(),
  createdAt: Timestamp,
})
export type ServiceView = z.infer<typeof ServiceView>

export const Position = { x: z.number().min(-1e6).max(1e6).optional(), y: z.number().min(-1e6).max(1e6).optional() }

export const serviceCreate = command('service.create', {
  summary: 'Draw a service; nothing runs until it is deployed',
  input: z.strictObject({ environmentId, name: DisplayName.optional(), source: Source, settings: ServiceSettings.optional(), ...Position }),
  output: ServiceView,
  access: allow('service.write', 'environment'),
  http: { method: 'POST', path: '/environments/{environmentId}/services', status: 201 },
  cli: 'service create <environmentId>',
  fails: ['not_found', 'conflict', 'limit_exceeded'],
})

export const serviceDuplicate = command('service.duplicate', {
  summary: 'Draw another service with the same source, settings and variables, secrets included; nothing runs until it is deployed',
  input: z.strictObject({
    serviceId,
    /** Absent: the name of the first with a number. */
    name: DisplayName.optional(),
    ...Position,
  }),
  output: ServiceView,
  access: allow('service.write', 'service'),
  http: { method: 'POST', path: '/services/{serviceId}/duplicates', status: 201 },
  cli: 'service duplicate <serviceId>',
  fails: ['not_found', 'conflict', 'limit_exceeded'],
})

export const serviceList = query('service.list', {
  summary: 'Services of an environment',
  input: z.strictObject({ environmentId, ...PageInput }),
  output: page(ServiceView),
  access: allow('service.read', 'environment'),
  http: { method: 'GET', path: '/environments/{environmentId}/services', status: 200 },
  cli: 'service list <environmentId>',
  fails: ['not_found'],
})

export const serviceGet = query('service.get', {
  summary: 'One service',
  input: z.strictObject({ serviceId }),
  output: ServiceView,
  access: allow('service.read', 'service'),
  http: { method: 'GET', path: '/services/{serviceId}', status: 200 },
  cli: 'service show <serviceId>',
  fails: ['not_found'],
})

/** The revision the change was thought for: refused with `conflict` when somebody else has changed the service since. */
const ifRevision = z.number().int().optional()

export const serviceUpdate = command('service.update', {
  summary: 'Change name, source or settings; takes effect with the next deployment',
  input: z.strictObject({ serviceId, name: DisplayName.optional(), source: Source.optional(), settings: ServiceSettings.optional(), ifRevision }),
  output: ServiceView,
  access: allow('service.write', 'service'),
  http: { method: 'PATCH', path: '/services/{serviceId}', status: 200 },
  cli: 'service update <serviceId>',
  fails: ['not_found', 'conflict'],
})

export const serviceInspect = command('service.inspect', {
  summary: 'Read the source again and plan its build without building',
  input: z.strictObject({ serviceId }),
  output: ServiceView,
  access: allow('service.write', 'service'),
  http: { method: 'POST', path: '/services/{serviceId}/inspection', status: 202 },
  cli: 'service inspect <serviceId>',
  fails: ['not_found', 'not_now'],
})

export const serviceStop = command('service.stop', {
  summary: 'Stop a service; address and deployments stay',
  input: z.strictObject({ serviceId }),
  output: ServiceView,
  access: allow('service.write', 'service'),
  http: { method: 'POST', path: '/services/{serviceId}/stop', status: 202 },
  cli: 'service stop <serviceId>',
  fails: ['not_found', 'not_now'],
})

export const serviceStart = command('service.start', {
  summary: 'Start a stopped service with its last good deployment, or wake one that sleeps',
  input: z.strictObject({ serviceId }),
  output: ServiceView,
  access: allow('service.write', 'service'),
  http: { method: 'POST', path: '/services/{serviceId}/start', status: 202 },
  cli: 'service start <serviceId>',
  fails: ['not_found', 'not_now'],
})

export const serviceHold = command('service.hold', {
  summary: 'Hold automatic deploys of a service; people can still deploy it',
  input: z.strictObject({ serviceId, /** Shown wherever an automatic deploy is refused. */ reason: z.string().trim().min(1, 'Must not be empty.').max(200, 'Must be at most 200 characters.') }),
  output: ServiceView,
  access: allow('deployment.create', 'service'),
  http: { method: 'POST', path: '/services/{serviceId}/hold', status: 200 },
  cli: 'hold <serviceId>',
  fails: ['not_found'],
})

export const serviceUnhold = command('service.unhold', {
  summary: 'Release the hold: automatic deploys are taken again',
  input: z.strictObject({ serviceId }),
  output: ServiceView,
  access: allow('deployment.create', 'service'),
  http: { method: 'DELETE', path: '/services/{serviceId}/hold', status: 200 },
  cli: 'unhold <serviceId>',
  fails: ['not_found', 'not_now'],
})

export const serviceDelete = command('service.delete', {
  summary: 'Delete a service: process, files, port and settings go; events stay',
  input: z.strictObject({
    serviceId,
    /** Whether the answer has a ticket with which it can be drawn again for an hour. */
    keep: z.boolean().default(false),
  }),
  output: Done.extend({
    /** What was set for it, sealed: `service.restore` opens it. Null when it was not asked for, or is too much to be sent. */
    ticket: z.string().nullable(),
  }),
  access: allow('service.delete', 'service'),
  http: { method: 'DELETE', path: '/services/{serviceId}', status: 202 },
  cli: 'service delete <serviceId>',
  fails: ['not_found'],
})

/** `missingHostNames`: those it had that are somebody else's by now, with the reason. */
export const RestoredServiceView = ServiceView.extend({ missingHostNames: z.array(z.strictObject({ hostname: z.string(), message: z.string() })) })
export type RestoredServiceView = z.infer<typeof RestoredServiceView>

export const serviceRestore = command('service.restore', {
  summary: 'Draw a deleted service again, with its settings, its variables, secrets included, and its volumes and host names that are free; it has another address, and nothing runs until it is deployed',
  input: z.strictObject({ environmentId, ticket: z.string().min(1).max(900_000) }),
  output: RestoredServiceView,
  access: allow('service.write', 'environment'),
  http: { method: 'POST', path: '/environments/{environmentId}/restored-services', status: 201 },
  cli: 'service restore <environmentId> <ticket>',
  fails: ['not_found', 'not_now', 'limit_exceeded', 'unavailable'],
})

export const serviceLogs = query('service.logs', {
  summary: 'Log of a service across its deployments',
  input: z.strictObject({ serviceId, ...LogInput, kind: z.enum(LOG_KINDS).optional() }),
  output: LogPage,
  access: allow('log.read', 'service'),
  http: { method: 'GET', path: '/services/{serviceId}/logs', status: 200 },
  cli: 'logs <serviceId>',
  fails: ['not_found'],
  streams: true,
})

// Environment variable names as POSIX has them; PORT and EASEL_… belong to the platform.
export const VariableKey = z
  .string()
  .max(200)
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'Must consist of letters, digits and _, and not begin with a digit.')
  .refine((key) => key !== 'PORT' && !key.startsWith('EASEL_'), 'Is set by the platform.')
  .refine((key) => key !== '__proto__', 'Cannot be used as a name.')

const VariableValue = z
  .string()
  .max(65_536)
  .refine((value) => !value.includes('\0'), 'Must not contain a zero byte.')

export const VariableView = z.strictObject({
  key: z.string(),
  /** Null for a secret: it is never shown again, except by revealing it. */
  value: z.string().nullable(),
  secret: z.boolean(),
  /** When the service is given it: while it is built, while it runs, or both. */
  scope: z.enum(VARIABLE_SCOPES),
  /** Whether its value has a generator, such as `${{secret(32)}}`. What that gave is secret, whatever the value is. */
  generated: z.boolean(),
  updatedAt: Timestamp,
})
export type VariableView = z.infer<typeof VariableView>

/** What a value may refer to: `${{owner.KEY}}`. */
export const OfferView = z.strictObject({
  /** A service, or `shared`. */
  owner: z.string(),
  /** Its variables. */
  keys: z.array(z.string()),
  /** What it has besides, with a meaning each. */
  offers: z.array(z.strictObject({ key: z.string(), meaning: z.string() })),
})
export type OfferView = z.infer<typeof OfferView>

export const VariablesView = z.strictObject({
  /** Of the service: see `ServiceView`. */
  revision: z.number().int(),
  variables: z.array(VariableView),
  /** What its values may refer to: the other services of the environment, its shared variables, and itself. */
  references: z.array(OfferView),
  /** Set by the platform for every deployment. */
  platform: z.array(z.strictObject({ key: z.string(), value: z.string(), meaning: z.string() })),
})
export type VariablesView = z.infer<typeof VariablesView>

const Kept = { value: VariableValue.nullable(), secret: z.boolean().default(true) }

/** A plain string is kept as a secret; say `secret: false` for a value that may be shown. `value: null` keeps what is there, and so does a scope that is not named. */
export const VariableInput = z.union([VariableValue, z.strictObject({ ...Kept, scope: z.enum(VARIABLE_SCOPES).optional() })])
/** The same without a scope: a shared variable is given to whoever refers to it. */
export const SharedVariableInput = z.union([VariableValue, z.strictObject(Kept)])

/** Variables by key. */
export function byKey<T extends z.ZodType>(input: T) {
  return z.record(VariableKey, input).refine((all) => Object.keys(all).length <= 500, 'Must be at most 500 variables.')
}

export const variableList = query('variable.list', {
  summary: 'Variables of a service; secrets without their value',
  input: z.strictObject({ serviceId }),
  output: VariablesView,
  access: allow('variable.read', 'service'),
  http: { method: 'GET', path: '/services/{serviceId}/variables', status: 200 },
  cli: 'variables <serviceId>',
  fails: ['not_found'],
})

export const variableReplace = command('variable.replace', {
  summary: 'Replace all variables of a service; takes effect with the next deployment',
  input: z.strictObject({
    serviceId,
    variables: byKey(VariableInput),
    ifRevision,
    /** Whether the answer has a ticket with which it can be taken back for an hour, secrets included. */
    keep: z.boolean().default(false),
  }),
  output: VariablesView.extend({
    /** What was changed, before and after it, sealed: `variable.set_back` opens it. Null when it was not asked for, nothing was changed, or it is too much to be sent. */
    ticket: z.string().nullable(),
  }),
  access: allow('variable.write', 'service'),
  http: { method: 'PUT', path: '/services/{serviceId}/variables', status: 200 },
  cli: 'variables set <serviceId>',
  fails: ['not_found', 'conflict', 'not_now'],
})

export const variableSetBack = command('variable.set_back', {
  summary: 'Take a replacement of variables back, or make it again, by its ticket; refused when somebody has changed one of them since',
  input: z.strictObject({ serviceId, ticket: z.string().min(1).max(900_000), to: z.enum(['before', 'after']).default('before') }),
  output: VariablesView,
  access: allow('variable.write', 'service'),
  http: { method: 'POST', path: '/services/{serviceId}/variables/set-back', status: 200 },
  cli: 'variables set-back <serviceId> <ticket>',
  fails: ['not_found', 'conflict', 'not_now'],
})

/** `value` as it was written; `filled` with what its generators gave. */
export const RevealedView = z.strictObject({ key: z.string(), value: z.string(), filled: z.string() })

export const variableReveal = command('variable.reveal', {
  summary: 'Show the value of a secret; recorded in the activity',
  input: z.strictObject({ serviceId, key: VariableKey }),
  output: RevealedView,
  access: allow('variable.reveal', 'service'),
  http: { method: 'POST', path: '/services/{serviceId}/variables/{key}/reveal', status: 200 },
  cli: 'variables reveal <serviceId> <key>',
  fails: ['not_found'],
})
