import { z } from 'zod'

import { ENGINE_NAMES } from '../domain/engine/engines'
import { idSchema } from '../ids'
import { DisplayName } from './common'
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
