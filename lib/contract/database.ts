import { z } from 'zod'

import { ENGINE_NAMES } from '../domain/engine/engines'
import { parseRange } from '../domain/source-range'
import { idSchema } from '../ids'
import { DisplayName, Timestamp } from './common'
import { allow, command, query } from './entry'
import { Position, ServiceView } from './service'
import { EngineVersion } from './source'

const environmentId = idSchema('environment')

/** An engine as it can be had in an environment. */
export const EngineOffer = z.strictObject({
  engine: z.enum(ENGINE_NAMES),
  /** As people call it, such as `PostgreSQL`. */
  name: z.string(),
  meaning: z.string(),
  /** Newest first; the first one is taken when none is chosen. Where images run, others are taken as well. */
  versions: z.array(z.string()),
  /** Why it cannot be had there, and what to do; null when it can. */
  missing: z.string().nullable(),
})
export type EngineOffer = z.infer<typeof EngineOffer>

export const databaseEngines = query('database.engines', {
  summary: 'Database engines and versions that an environment can have',
  input: z.strictObject({ environmentId }),
  output: z.strictObject({ engines: z.array(EngineOffer) }),
  access: allow('service.read', 'environment'),
  http: { method: 'GET', path: '/environments/{environmentId}/engines', status: 200 },
  cli: 'database engines <environmentId>',
  fails: ['not_found'],
})

export const databaseAdd = command('database.add', {
  summary: 'Draw a database with its volume and generated credentials; nothing runs until it is deployed',
  input: z.strictObject({
    environmentId,
    engine: z.enum(ENGINE_NAMES),
    /** The newest that the environment can have, when left out. */
    version: EngineVersion.optional(),
    name: DisplayName.optional(),
    ...Position,
  }),
  output: ServiceView,
  access: allow('service.write', 'environment'),
  http: { method: 'POST', path: '/environments/{environmentId}/databases', status: 201 },
  cli: 'database add <environmentId> <engine>',
  fails: ['not_found', 'conflict', 'not_now', 'limit_exceeded'],
})

/** An address or a range of addresses, such as `203.0.113.7` or `203.0.113.0/24`. */
const SourceRange = z
  .string()
  .trim()
  .max(50)
  .refine((text) => parseRange(text) !== null, 'Must be an address or a range such as 203.0.113.7 or 203.0.113.0/24; 0.0.0.0/0 and ::/0 are everybody.')

export const databaseExpose = command('database.expose', {
  summary: 'Let a database be reached from outside, by these addresses only; takes effect at once',
  input: z.strictObject({ serviceId: idSchema('service'), allow: z.array(SourceRange).min(1, 'Name at least one address that may connect.').max(100) }),
  output: ServiceView,
  access: allow('service.write', 'service'),
  http: { method: 'PUT', path: '/services/{serviceId}/public-access', status: 200 },
  cli: 'database expose <serviceId>',
  fails: ['not_found', 'not_now', 'limit_exceeded'],
})

export const databaseHide = command('database.hide', {
  summary: 'Close a database to everybody outside, and end their connections',
  input: z.strictObject({ serviceId: idSchema('service') }),
  output: ServiceView,
  access: allow('service.write', 'service'),
  http: { method: 'DELETE', path: '/services/{serviceId}/public-access', status: 200 },
  cli: 'database hide <serviceId>',
  fails: ['not_found'],
})

const Count = z.number().min(0).nullable()

/** How a database is by its own word; null: its engine did not tell. Counts are since it was started, or since its statistics were. */
export const DatabaseFigures = z.strictObject({
  at: Timestamp,
  /** Of clients, without the one that asked where it is known to be one. */
  connections: z.strictObject({ used: Count, allowed: Count }),
  /** What its data takes; of a store of keys, what it takes in memory. */
  sizeBytes: Count,
  /** How often something was looked for in memory, and how often it was not there; of a store of keys: keys. */
  cache: z.strictObject({ lookups: Count, misses: Count }),
  /** Transactions, statements or commands, as the engine counts. */
  operations: Count,
})
export type DatabaseFigures = z.infer<typeof DatabaseFigures>

export const databaseFigures = query('database.figures', {
  summary: 'Connections, size, cache hits and operations of a database, asked of it now',
  input: z.strictObject({ serviceId: idSchema('service') }),
  output: DatabaseFigures,
  access: allow('service.read', 'service'),
  http: { method: 'GET', path: '/services/{serviceId}/figures', status: 200 },
  cli: 'database figures <serviceId>',
  fails: ['not_found', 'not_now', 'limit_exceeded', 'unavailable'],
})
