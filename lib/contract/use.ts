import { z } from 'zod'

import { idSchema } from '../ids'
import { Timestamp } from './common'
import { allow, query } from './entry'

/** What one replica or run of a service uses. A limit of null: there is none. */
export const UseView = z.strictObject({
  /** Number of the replica, or the id of a run. */
  part: z.string(),
  deploymentId: idSchema('deployment'),
  deploymentNumber: z.number().int(),
  at: Timestamp,
  memory: z.strictObject({ bytes: z.number().int(), limitBytes: z.number().int().nullable() }),
  /** Thousandths of one processor over the last seconds; null when it was measured once only. */
  cpu: z.strictObject({ milli: z.number().int().nullable(), limitMilli: z.number().int().nullable() }),
  /** Null where they cannot be counted. */
  processes: z.strictObject({ count: z.number().int().nullable(), limit: z.number().int().nullable() }),
})
export type UseView = z.infer<typeof UseView>

export const serviceUse = query('service.use', {
  summary: 'Memory, processor time and processes that a service uses now, against its limits',
  input: z.strictObject({ serviceId: idSchema('service') }),
  /** Of each replica and run, within the last minute. Empty when nothing runs, or where it cannot be measured. */
  output: z.strictObject({ uses: z.array(UseView) }),
  access: allow('service.read', 'service'),
  http: { method: 'GET', path: '/services/{serviceId}/use', status: 200 },
  cli: 'use <serviceId>',
  fails: ['not_found'],
})

/** What all replicas and runs of a service use together. */
export const ServiceUse = z.strictObject({
  serviceId: idSchema('service'),
  memoryBytes: z.number().int(),
  /** Null while nothing of it was measured twice. */
  cpuMilli: z.number().int().nullable(),
})
export type ServiceUse = z.infer<typeof ServiceUse>

export const environmentUse = query('environment.use', {
  summary: 'Memory and processor time that each service of an environment uses now',
  input: z.strictObject({ environmentId: idSchema('environment') }),
  /** Within the last minute; services of which nothing runs, or where it cannot be measured, are left out. */
  output: z.strictObject({ services: z.array(ServiceUse) }),
  access: allow('service.read', 'environment'),
  http: { method: 'GET', path: '/environments/{environmentId}/use', status: 200 },
  cli: 'environment use <environmentId>',
  fails: ['not_found'],
})
