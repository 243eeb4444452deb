import { z } from 'zod'

import { DEPLOYMENT_STATUSES, STAGES } from '../domain/deployment-status'
import { FAILURE_REASONS } from '../domain/failure'
import { SERVICE_STATES } from '../domain/service-state'
import { idSchema } from '../ids'
import { Timestamp } from './common'
import { Source } from './source'

/** A deployment as a node shows it. */
export const DeploymentSummary = z.strictObject({
  id: idSchema('deployment'),
  number: z.number().int(),
  status: z.enum(DEPLOYMENT_STATUSES),
  /** The stage that runs now, or ran last. */
  stage: z.enum(STAGES).nullable(),
  createdAt: Timestamp,
  finishedAt: Timestamp.nullable(),
  failure: z.strictObject({ reason: z.enum(FAILURE_REASONS), message: z.string() }).nullable(),
})

/** What the runtime was last seen doing for a service. */
export const ObservedView = z.strictObject({
  phase: z.enum(['starting', 'running', 'exited']),
  health: z.enum(['unknown', 'healthy', 'unhealthy']),
  /** Why it is unhealthy, as a sentence. */
  healthMessage: z.string().nullable(),
  pid: z.number().int().nullable(),
  exitCode: z.number().int().nullable(),
  restarts: z.number().int(),
  startedAt: Timestamp.nullable(),
  observedAt: Timestamp,
})

export const ServiceNode = z.strictObject({
  kind: z.literal('service'),
  id: idSchema('service'),
  name: z.string(),
  x: z.number(),
  y: z.number(),
  source: Source,
  /** Framework or kind of app as detected, such as `next` or `static`; null before detection. */
  framework: z.string().nullable(),
  url: z.string(),
  state: z.enum(SERVICE_STATES),
  /** Since when it is in this state. */
  since: Timestamp,
  latest: DeploymentSummary.nullable(),
  activeId: idSchema('deployment').nullable(),
  observed: ObservedView.nullable(),
  /** True when the settings or variables differ from what is deployed. */
  changed: z.boolean(),
})
export type ServiceNode = z.infer<typeof ServiceNode>

export const LinkView = z.strictObject({
  id: z.string(),
  kind: z.literal('reference'),
  from: idSchema('service'),
  to: idSchema('service'),
  /** The variables of `from` that refer to `to`. */
  variables: z.array(z.string()),
})

export const GraphView = z.strictObject({
  environmentId: idSchema('environment'),
  nodes: z.array(ServiceNode),
  links: z.array(LinkView),
})
export type GraphView = z.infer<typeof GraphView>
