import { z } from 'zod'

import { DEPLOYMENT_STATUSES, STAGES } from '../domain/deployment-status'
import { FAILURE_REASONS } from '../domain/failure'
import { RUN_STATUSES } from '../domain/run-status'
import { SERVICE_STATES } from '../domain/service-state'
import { idSchema } from '../ids'
import { Timestamp } from './common'
import { GroupView } from './group'
import { Source } from './source'
import { VolumeNode } from './volume'

/** A deployment as a node shows it. */
export const DeploymentSummary = z.strictObject({
  id: idSchema('deployment'),
  number: z.number().int(),
  status: z.enum(DEPLOYMENT_STATUSES),
  /** The stage that runs now, or ran last. */
  stage: z.enum(STAGES).nullable(),
  /** Names of the services that it waits for before it starts: it refers to them, and they are on their way. */
  waitsFor: z.array(z.string()),
  createdAt: Timestamp,
  finishedAt: Timestamp.nullable(),
  failure: z.strictObject({ reason: z.enum(FAILURE_REASONS), message: z.string() }).nullable(),
})

/** What the runtime was last seen doing for a service; of several replicas, the one that is worst off. */
export const ObservedView = z.strictObject({
  /** Number of the replica, from 0. */
  replica: z.number().int(),
  phase: z.enum(['starting', 'running', 'exited']),
  health: z.enum(['unknown', 'healthy', 'unhealthy']),
  /** Why it is unhealthy, as a sentence. */
  healthMessage: z.string().nullable(),
  pid: z.number().int().nullable(),
  exitCode: z.number().int().nullable(),
  /** Such as `SIGKILL`, when a signal ended it. */
  exitSignal: z.string().nullable(),
  exitedAt: Timestamp.nullable(),
  restarts: z.number().int(),
  startedAt: Timestamp.nullable(),
  observedAt: Timestamp,
})

/** Since when, by whom and why automatic deploys are refused. `by`: null when the platform itself held it. */
export const HoldView = z.strictObject({ at: Timestamp, by: z.strictObject({ id: z.string(), name: z.string() }).nullable(), reason: z.string() })
export type HoldView = z.infer<typeof HoldView>

/** A run as a node shows it. */
export const RunSummary = z.strictObject({
  id: idSchema('run'),
  status: z.enum(RUN_STATUSES),
  trigger: z.enum(['schedule', 'manual']),
  dueAt: Timestamp,
  startedAt: Timestamp.nullable(),
  finishedAt: Timestamp.nullable(),
  exitCode: z.number().int().nullable(),
})

/** When a service that runs by the clock runs. */
export const CronView = z.strictObject({
  schedule: z.string(),
  timeZone: z.string(),
  /** Null while it is not deployed or is stopped. */
  nextDueAt: Timestamp.nullable(),
  /** The one that was due last and waits no more: it is at work, or has ended. */
  lastRun: RunSummary.nullable(),
  isRunning: z.boolean(),
})
export type CronView = z.infer<typeof CronView>

export const ServiceNode = z.strictObject({
  kind: z.literal('service'),
  id: idSchema('service'),
  name: z.string(),
  x: z.number(),
  y: z.number(),
  /** The frame it stands in; null for none. */
  groupId: idSchema('group').nullable(),
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
  /** Processes there should be, 0 for a service that runs by the clock, and those that answer their health check. */
  replicas: z.strictObject({ wanted: z.number().int(), healthy: z.number().int() }),
  /** While set, automatic deploys are refused. */
  hold: HoldView.nullable(),
  /** Set for a service that runs by the clock: as it is deployed, or will be first. */
  cron: CronView.nullable(),
  /** What its volumes hold, as they were last measured; null where nothing was. */
  storedBytes: z.number().nullable(),
  /** When the newest complete snapshot of a database was begun; null for none, and for other services. */
  lastSnapshotAt: Timestamp.nullable(),
  /** True when the settings or variables differ from what is deployed. */
  changed: z.boolean(),
  /** Rises with every change of source, settings, variables or name. */
  revision: z.number().int(),
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
  volumes: z.array(VolumeNode),
  groups: z.array(GroupView),
  links: z.array(LinkView),
  /** Another one after every change of the shared variables. */
  shared: z.string(),
})
export type GraphView = z.infer<typeof GraphView>
