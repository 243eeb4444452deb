import { z } from 'zod'

import { DEPLOYMENT_STATUSES } from '../domain/deployment-status'
import { ROTATION_STATUSES, ROTATION_STEPS } from '../domain/rotation'
import { idSchema } from '../ids'
import { PageInput, PersonView, Timestamp } from './common'
import { allow, command, query } from './entry'

const serviceId = idSchema('service')
const rotationId = idSchema('rotation')

/** A service that uses the credentials of a database. */
const DependantView = z.strictObject({
  serviceId,
  name: z.string(),
  /** The deployment that gives it the wanted credential; null while none was needed. */
  deploymentId: idSchema('deployment').nullable(),
  status: z.enum(DEPLOYMENT_STATUSES).nullable(),
  /** It is why the rotation stopped. */
  isStuck: z.boolean(),
})

export const RotationView = z.strictObject({
  id: rotationId,
  serviceId,
  status: z.enum(ROTATION_STATUSES),
  /** What it is at, or was at when it stopped. */
  step: z.enum(ROTATION_STEPS),
  /** On its way back to the former credential. */
  isReturning: z.boolean(),
  /** Why it stopped and what to do, or what it waits for; null when there is nothing to say. */
  message: z.string().nullable(),
  /** In the order in which they are redeployed. */
  dependants: z.array(DependantView),
  /** Why it cannot be cancelled now, as a sentence; null when it can. */
  cannotCancel: z.string().nullable(),
  createdBy: PersonView.nullable(),
  createdAt: Timestamp,
  finishedAt: Timestamp.nullable(),
})
export type RotationView = z.infer<typeof RotationView>

/** What rotating would do now. */
export const RotationOutlook = z.strictObject({
  /** Why it cannot be begun now, and what to do; null when it can. */
  cannotRotate: z.string().nullable(),
  /** Who would be redeployed, in this order. */
  redeploys: z.array(z.strictObject({ serviceId, name: z.string() })),
  /** Who uses the credential and is stopped: to be deployed, not started, afterwards. */
  stopped: z.array(z.strictObject({ serviceId, name: z.string() })),
})

export const databaseRotate = command('database.rotate', {
  summary: 'Replace the password of a database: both are valid until every service that uses it has been redeployed with the new one',
  input: z.strictObject({ serviceId }),
  output: RotationView,
  access: allow('service.write', 'service'),
  http: { method: 'POST', path: '/services/{serviceId}/rotations', status: 202 },
  cli: 'database rotate <serviceId>',
  fails: ['not_found', 'not_now', 'conflict'],
})

export const rotationList = query('rotation.list', {
  summary: 'Rotations of the credentials of a database, newest first, and what another one would do',
  input: z.strictObject({ serviceId, ...PageInput }),
  output: z.strictObject({ items: z.array(RotationView), nextCursor: z.string().nullable(), outlook: RotationOutlook }),
  access: allow('service.read', 'service'),
  http: { method: 'GET', path: '/services/{serviceId}/rotations', status: 200 },
  cli: 'rotation list <serviceId>',
  fails: ['not_found'],
})

export const rotationGet = query('rotation.get', {
  summary: 'One rotation: how far it is, and each service that is redeployed for it',
  input: z.strictObject({ rotationId }),
  output: RotationView,
  access: allow('service.read', 'rotation'),
  http: { method: 'GET', path: '/rotations/{rotationId}', status: 200 },
  cli: 'rotation show <rotationId>',
  fails: ['not_found'],
})

export const rotationCancel = command('rotation.cancel', {
  summary: 'Go back to the former password, which is valid until the last step',
  input: z.strictObject({ rotationId }),
  output: RotationView,
  access: allow('service.write', 'rotation'),
  http: { method: 'POST', path: '/rotations/{rotationId}/cancel', status: 202 },
  cli: 'rotation cancel <rotationId>',
  fails: ['not_found', 'not_now'],
})

export const rotationRetry = command('rotation.retry', {
  summary: 'Go on with a rotation that stopped after a failure',
  input: z.strictObject({ rotationId }),
  output: RotationView,
  access: allow('service.write', 'rotation'),
  http: { method: 'POST', path: '/rotations/{rotationId}/retry', status: 202 },
  cli: 'rotation retry <rotationId>',
  fails: ['not_found', 'not_now'],
})
