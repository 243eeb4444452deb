import { z } from 'zod'

import { idSchema } from '../ids'
import { PageInput, PersonView, Timestamp, page } from './common'
import { allow, command, query } from './entry'

const environmentId = idSchema('environment')
const serviceId = idSchema('service')

export const DifferenceView = z.strictObject({
  /** `source`, `settings.health.path`, `variables.KEY`, `name`; opaque to clients, and what `change.discard` takes. */
  field: z.string(),
  label: z.string(),
  /** In words; null: not there. Of a secret only that there is one. */
  before: z.string().nullable(),
  after: z.string().nullable(),
  secret: z.boolean(),
  effect: z.enum(['rebuild', 'restart']),
})
export type DifferenceView = z.infer<typeof DifferenceView>

/** A service that deploying would change. */
export const ServiceChange = z.strictObject({
  serviceId,
  name: z.string(),
  /** `new`: it was never deployed. */
  kind: z.enum(['new', 'changed']),
  differences: z.array(DifferenceView),
  /** What deploying does: makes a build, or starts the kept one anew. */
  effect: z.enum(['build', 'restart']),
  /** Whether requests wait while the new version takes the place of the running one. */
  pauses: z.boolean(),
  /** Why it cannot be deployed now; null when it can. */
  hindrance: z.string().nullable(),
})
export type ServiceChange = z.infer<typeof ServiceChange>

export const ChangesView = z.strictObject({
  /** Stands for exactly these changes: what is given back with it is refused once they are others. */
  fingerprint: z.string(),
  changes: z.array(ServiceChange),
})
export type ChangesView = z.infer<typeof ChangesView>

export const RevisionView = z.strictObject({
  /** 1, 2, 3, … per environment. */
  number: z.number().int(),
  message: z.string(),
  createdBy: PersonView.nullable(),
  createdAt: Timestamp,
  /** Names of the services that it deployed. */
  deployed: z.array(z.string()),
})
export type RevisionView = z.infer<typeof RevisionView>

/** A service in a revision, compared with what is set now. */
export const RevisedService = z.strictObject({
  name: z.string(),
  /** `gone`: it was deleted since. `added`: it was drawn since. `changed`: it is set in another way now. */
  kind: z.enum(['gone', 'added', 'changed']),
  /** From what the revision has to what is set now. */
  differences: z.array(DifferenceView),
})
export type RevisedService = z.infer<typeof RevisedService>

const fingerprint = z.string().max(100).optional()
const number = z.coerce.number().int().min(1).max(1_000_000)

export const changeList = query('change.list', {
  summary: 'What differs between what is set and what is deployed in an environment',
  input: z.strictObject({ environmentId }),
  output: ChangesView,
  access: allow('service.read', 'environment'),
  http: { method: 'GET', path: '/environments/{environmentId}/changes', status: 200 },
  cli: 'changes <environmentId>',
  fails: ['not_found'],
})

export const changeDiscard = command('change.discard', {
  summary: 'Set services, or single fields of them, back to what is deployed',
  input: z.strictObject({
    environmentId,
    /** Without a field: everything of the service. */
    items: z.array(z.strictObject({ serviceId, field: z.string().max(300).optional() })).min(1).max(1_000),
    fingerprint,
  }),
  output: ChangesView,
  access: allow('service.write', 'environment'),
  http: { method: 'POST', path: '/environments/{environmentId}/changes/discard', status: 200 },
  cli: 'changes discard <environmentId>',
  fails: ['not_found', 'conflict', 'not_now'],
})

export const changeApply = command('change.apply', {
  summary: 'Deploy what is changed as one revision of the environment',
  input: z.strictObject({
    environmentId,
    message: z.string().trim().max(500, 'Must be at most 500 characters.').default(''),
    /** Only these; all that are changed when absent. */
    serviceIds: z.array(serviceId).min(1).max(1_000).optional(),
    fingerprint,
  }),
  output: z.strictObject({ revision: RevisionView, deployments: z.array(z.strictObject({ serviceId, deploymentId: idSchema('deployment') })) }),
  access: allow('deployment.create', 'environment'),
  http: { method: 'POST', path: '/environments/{environmentId}/changes/apply', status: 202 },
  cli: 'changes apply <environmentId>',
  fails: ['not_found', 'conflict', 'not_now'],
})

export const revisionList = query('revision.list', {
  summary: 'Revisions of an environment, newest first',
  input: z.strictObject({ environmentId, ...PageInput }),
  output: page(RevisionView),
  access: allow('deployment.read', 'environment'),
  http: { method: 'GET', path: '/environments/{environmentId}/revisions', status: 200 },
  cli: 'revision list <environmentId>',
  fails: ['not_found'],
})

export const revisionGet = query('revision.get', {
  summary: 'A revision compared with what is set now, or with another revision',
  input: z.strictObject({ environmentId, number, /** The revision to compare with; what is set now when absent. */ with: number.optional() }),
  output: RevisionView.extend({ services: z.array(RevisedService) }),
  access: allow('deployment.read', 'environment'),
  http: { method: 'GET', path: '/environments/{environmentId}/revisions/{number}', status: 200 },
  cli: 'revision show <environmentId> <number>',
  fails: ['not_found'],
})

export const revisionRestore = command('revision.restore', {
  summary: 'Set everything to what a revision has, as changes that wait to be deployed',
  input: z.strictObject({ environmentId, number }),
  output: ChangesView.extend({
    /** What could not be set back, a sentence each. */
    left: z.array(z.string()),
  }),
  access: allow('service.write', 'environment'),
  http: { method: 'POST', path: '/environments/{environmentId}/revisions/{number}/restore', status: 200 },
  cli: 'revision restore <environmentId> <number>',
  fails: ['not_found', 'limit_exceeded'],
})
