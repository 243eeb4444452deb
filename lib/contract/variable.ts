import { z } from 'zod'

import { idSchema } from '../ids'
import { Timestamp } from './common'
import { allow, command, query } from './entry'
import { byKey, OfferView, RevealedView, SharedVariableInput, VariableKey, VariablesView } from './service'

const serviceId = idSchema('service')
const environmentId = idSchema('environment')

export const variableRegenerate = command('variable.regenerate', {
  summary: 'Let the generators of a variable give something new; takes effect with the next deployment',
  input: z.strictObject({ serviceId, key: VariableKey }),
  output: VariablesView,
  access: allow('variable.write', 'service'),
  http: { method: 'POST', path: '/services/{serviceId}/variables/{key}/regenerate', status: 200 },
  cli: 'variables regenerate <serviceId> <key>',
  fails: ['not_found', 'not_now'],
})

/** The text of a .env file. */
const EnvText = z.string().max(4 * 1024 * 1024)

export const ExportView = z.strictObject({ text: z.string() })

export const variableExport = command('variable.export', {
  summary: 'All variables of a service as the text of a .env file, secrets included; recorded in the activity',
  input: z.strictObject({ serviceId }),
  output: ExportView,
  access: allow('variable.reveal', 'service'),
  http: { method: 'POST', path: '/services/{serviceId}/variables/export', status: 200 },
  cli: 'variables export <serviceId>',
  fails: ['not_found'],
})

const ImportInput = {
  text: EnvText,
  /** Whether variables that the text does not name are removed. */
  removeOthers: z.boolean().default(false),
  /** Whether new ones are secrets; those that are there stay what they are. */
  secret: z.boolean().default(true),
  /** Only say what would change. */
  preview: z.boolean().default(false),
}

/** What an import changes, by key. */
export const ImportView = z.strictObject({ added: z.array(z.string()), changed: z.array(z.string()), removed: z.array(z.string()), unchanged: z.array(z.string()) })

export const variableImport = command('variable.import', {
  summary: 'Set variables of a service from the text of a .env file',
  input: z.strictObject({ serviceId, ...ImportInput }),
  output: ImportView,
  access: allow('variable.write', 'service'),
  http: { method: 'POST', path: '/services/{serviceId}/variables/import', status: 200 },
  cli: 'variables import <serviceId>',
  fails: ['not_found'],
})

export const SharedVariableView = z.strictObject({
  key: z.string(),
  /** Null for a secret. */
  value: z.string().nullable(),
  secret: z.boolean(),
  generated: z.boolean(),
  /** Names of the services whose variables refer to it, however far away. */
  usedBy: z.array(z.string()),
  updatedAt: Timestamp,
})
export type SharedVariableView = z.infer<typeof SharedVariableView>

export const SharedVariablesView = z.strictObject({
  /** Another one after every change: of the graph it is `shared`. */
  version: z.string(),
  variables: z.array(SharedVariableView),
  references: z.array(OfferView),
})
export type SharedVariablesView = z.infer<typeof SharedVariablesView>

export const sharedVariableList = query('sharedVariable.list', {
  summary: 'Shared variables of an environment; secrets without their value',
  input: z.strictObject({ environmentId }),
  output: SharedVariablesView,
  access: allow('variable.read', 'environment'),
  http: { method: 'GET', path: '/environments/{environmentId}/variables', status: 200 },
  cli: 'shared <environmentId>',
  fails: ['not_found'],
})

export const sharedVariableReplace = command('sharedVariable.replace', {
  summary: 'Replace all shared variables of an environment; services that refer to one take it with their next deployment',
  input: z.strictObject({
    environmentId,
    variables: byKey(SharedVariableInput),
    /** Refused when somebody has changed them since this version. */
    ifVersion: z.string().max(64).optional(),
  }),
  output: SharedVariablesView,
  access: allow('variable.write', 'environment'),
  http: { method: 'PUT', path: '/environments/{environmentId}/variables', status: 200 },
  cli: 'shared set <environmentId>',
  fails: ['not_found', 'conflict'],
})

export const sharedVariableReveal = command('sharedVariable.reveal', {
  summary: 'Show the value of a shared secret; recorded in the activity',
  input: z.strictObject({ environmentId, key: VariableKey }),
  output: RevealedView,
  access: allow('variable.reveal', 'environment'),
  http: { method: 'POST', path: '/environments/{environmentId}/variables/{key}/reveal', status: 200 },
  cli: 'shared reveal <environmentId> <key>',
  fails: ['not_found'],
})

export const sharedVariableRegenerate = command('sharedVariable.regenerate', {
  summary: 'Let the generators of a shared variable give something new',
  input: z.strictObject({ environmentId, key: VariableKey }),
  output: SharedVariablesView,
  access: allow('variable.write', 'environment'),
  http: { method: 'POST', path: '/environments/{environmentId}/variables/{key}/regenerate', status: 200 },
  cli: 'shared regenerate <environmentId> <key>',
  fails: ['not_found', 'not_now'],
})

export const sharedVariableExport = command('sharedVariable.export', {
  summary: 'All shared variables of an environment as the text of a .env file, secrets included; recorded in the activity',
  input: z.strictObject({ environmentId }),
  output: ExportView,
  access: allow('variable.reveal', 'environment'),
  http: { method: 'POST', path: '/environments/{environmentId}/variables/export', status: 200 },
  cli: 'shared export <environmentId>',
  fails: ['not_found'],
})

export const sharedVariableImport = command('sharedVariable.import', {
  summary: 'Set shared variables of an environment from the text of a .env file',
  input: z.strictObject({ environmentId, ...ImportInput }),
  output: ImportView,
  access: allow('variable.write', 'environment'),
  http: { method: 'POST', path: '/environments/{environmentId}/variables/import', status: 200 },
  cli: 'shared import <environmentId>',
  fails: ['not_found'],
})
