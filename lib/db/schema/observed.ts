import { sql } from 'drizzle-orm'
import { bigint, bigserial, boolean, index, integer, jsonb, pgTable, primaryKey, smallint, text, timestamp } from 'drizzle-orm/pg-core'

import type { Disk } from '../../domain/storage'
import type { Timings } from '../../domain/timings'

// What is seen and what happened. Workloads are written only by the reconciler, logs only by the worker's log collector.

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

export const workloads = pgTable(
  'workloads',
  {
    /** Derived name: the same deployment always has the same workload. */
    name: text('name').primaryKey(),
    environmentId: text('environment_id').notNull(),
    serviceId: text('service_id').notNull(),
    deploymentId: text('deployment_id').notNull(),
    role: text('role').$type<'service' | 'job'>().notNull().default('service'),
    /** Which part of the deployment it is: `0`, `1`, … for replicas, `prepare`, or the id of a run. */
    part: text('part').notNull().default('0'),
    generation: integer('generation').notNull(),
    phase: text('phase').$type<'starting' | 'running' | 'exited'>().notNull(),
    health: text('health').$type<'unknown' | 'healthy' | 'unhealthy'>().notNull(),
    healthMessage: text('health_message'),
    address: jsonb('address').$type<{ host: string; port: number }>(),
    pid: integer('pid'),
    exitCode: integer('exit_code'),
    exitSignal: text('exit_signal'),
    exitedAt: instant('exited_at'),
    exitByPlatform: boolean('exit_by_platform').notNull().default(false),
    restarts: integer('restarts').notNull().default(0),
    startedAt: instant('started_at'),
    /** When it was first observed: the health deadline of a new version, and the grace of a stray, count from here. */
    firstSeenAt: instant('first_seen_at').notNull(),
    /** Exits in a row that were not ours, without long health in between: the back-off of the next start. */
    crashes: integer('crashes').notNull().default(0),
    /** Last change of phase or health. */
    changedAt: instant('changed_at').notNull(),
    observedAt: instant('observed_at').notNull(),
  },
  (t) => [index('workloads_service').on(t.serviceId), index('workloads_environment').on(t.environmentId)],
)

/** What workloads use of their machine: the newest sample of each, written by the worker that leads. */
export const workloadUses = pgTable(
  'workload_uses',
  {
    name: text('name').primaryKey(),
    serviceId: text('service_id').notNull(),
    deploymentId: text('deployment_id').notNull(),
    part: text('part').notNull(),
    at: instant('at').notNull(),
    memoryBytes: bigint('memory_bytes', { mode: 'number' }).notNull(),
    /** Null in a limit: there is none. */
    memoryLimitBytes: bigint('memory_limit_bytes', { mode: 'number' }),
    cpuMilli: integer('cpu_milli'),
    cpuLimitMilli: integer('cpu_limit_milli'),
    pids: integer('pids'),
    pidsLimit: integer('pids_limit'),
    receivedBytes: bigint('received_bytes', { mode: 'number' }),
    sentBytes: bigint('sent_bytes', { mode: 'number' }),
  },
  (t) => [index('workload_uses_service').on(t.serviceId), index('workload_uses_deployment').on(t.deploymentId)],
)

/** Facts, appended once, never changed; ids are kept as text so that events outlive what they tell of. */
export const events = pgTable(
  'events',
  {
    id: bigserial('id', { mode: 'bigint' }).primaryKey(),
    type: text('type').notNull(),
    at: instant('at').notNull().defaultNow(),
    organizationId: text('organization_id'),
    projectId: text('project_id'),
    environmentId: text('environment_id'),
    serviceId: text('service_id'),
    deploymentId: text('deployment_id'),
    /** Null when the platform itself acted. */
    actorId: text('actor_id'),
    actorName: text('actor_name').notNull(),
    subject: text('subject').notNull(),
    data: jsonb('data').$type<Record<string, unknown>>().notNull().default({}),
    requestId: text('request_id'),
  },
  (t) => [index('events_organization').on(t.organizationId, t.id), index('events_service').on(t.serviceId, t.id)],
)

/**
 * What builds, workloads and the ingress said. Partitioned by the day (UTC) of `at`, which migrations and `make_log_partition` do by hand;
 * what finds no day of its own is in `log_lines_default`.
 */
export const logLines = pgTable(
  'log_lines',
  {
    /** Of one sequence: unique, and rising within a service in the order in which lines become visible. */
    id: bigserial('id', { mode: 'bigint' }).notNull(),
    /** The time in the line where it is plausible, else that of reading it. */
    at: instant('at').notNull(),
    environmentId: text('environment_id').notNull(),
    serviceId: text('service_id'),
    /** Null of requests that met no deployment. */
    deploymentId: text('deployment_id'),
    kind: text('kind').$type<'build' | 'deploy' | 'runtime' | 'http'>().notNull(),
    stream: text('stream').$type<'stdout' | 'stderr' | 'platform'>().notNull(),
    /** Which part of the deployment printed it: a replica's number, or the id of a run. Null for builds and for us. */
    part: text('part'),
    /** Number of a level (`domain/log-level`); null where the line does not say. */
    level: smallint('level'),
    /** Null: the text without its terminal colours is the message. */
    message: text('message'),
    attributes: jsonb('attributes').$type<Record<string, unknown>>(),
    /** As printed, colours included; a joined trace has line ends in it. */
    text: text('text').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.id, t.at] }),
    index('log_lines_service').on(t.serviceId, t.id),
    index('log_lines_deployment').on(t.deploymentId, t.id),
    index('log_lines_environment').on(t.environmentId, t.at, t.id),
    // Few lines are warnings or worse, and most questions are about them.
    index('log_lines_severe').on(t.environmentId, t.at, t.id).where(sql`level >= 4`),
    // So few that they are hard to find among the others.
    index('log_lines_deploy').on(t.environmentId, t.at, t.id).where(sql`kind in ('build', 'deploy')`),
  ],
)

/**
 * Outlines of lines (`domain/log-block`): of one environment and some minutes that are over, which kinds of lines there are in each block of
 * about a thousand. A row without an outline is being made; storing a line of its time removes it (`engine/log-blocks`).
 */
export const logBlocks = pgTable(
  'log_blocks',
  {
    environmentId: text('environment_id').notNull(),
    fromAt: instant('from_at').notNull(),
    untilAt: instant('until_at').notNull(),
    outline: text('outline'),
  },
  (t) => [primaryKey({ columns: [t.environmentId, t.untilAt, t.fromAt] })],
)

/** How far each captured file has been read; moved in the transaction that stores the lines. */
export const logCursors = pgTable('log_cursors', {
  /** Path of the file below the data folder. */
  file: text('file').primaryKey(),
  serviceId: text('service_id').notNull(),
  /** Bytes read, from the start of the file. */
  position: bigint('position', { mode: 'number' }).notNull(),
})

export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    actorId: text('actor_id').notNull(),
    key: text('key').notNull(),
    operation: text('operation').notNull(),
    /** SHA-256 of the canonical input. */
    inputHash: text('input_hash').notNull(),
    /** The stored answer; null while the first request is at work. */
    response: jsonb('response').$type<unknown>(),
    status: integer('status'),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.actorId, t.key] }), index('idempotency_keys_created').on(t.createdAt)],
)

/** What was last heard of the traffic of a service. Written by the worker that leads. */
export const serviceTraffic = pgTable('service_traffic', {
  serviceId: text('service_id').primaryKey(),
  /** The last arrival of a request, as far as the proxies told. */
  lastAt: instant('last_at'),
})

/** Fair queueing of builds: each project's last turn, and in the row `*` the turn that was begun last. */
export const buildTurns = pgTable('build_turns', {
  projectId: text('project_id').primaryKey(),
  turn: integer('turn').notNull(),
})

/** Fixed windows of counted attempts, such as sign-ins from one address. */
export const rateWindows = pgTable(
  'rate_windows',
  {
    bucket: text('bucket').notNull(),
    windowStart: instant('window_start').notNull(),
    count: integer('count').notNull(),
  },
  (t) => [primaryKey({ columns: [t.bucket, t.windowStart] })],
)

/** Signs of life of the worker, and what it found when it looked at ingress and runtime. */
export const heartbeats = pgTable('heartbeats', {
  name: text('name').primaryKey(),
  kind: text('kind').$type<'worker'>().notNull(),
  at: instant('at').notNull(),
  /** Ids under which its runners lock jobs: unlocked when it is found dead. */
  runnerIds: jsonb('runner_ids').$type<string[]>().notNull().default([]),
  detail: jsonb('detail').$type<{ ingress: { ok: boolean; message: string }; runtime: { ok: boolean; message: string }; /** Of the data folder. */ disk?: Disk | null; /** Looks at environments, since it began. */ reconciled?: Timings }>(),
})

/** Who this installation is, in one row: what it makes on machines that others use too bears this id. */
export const instance = pgTable('instance', {
  only: integer('only').primaryKey(),
  id: text('id').notNull(),
})

/** The routing table that is in force: one row, locked while a newer one is published. */
export const routePublications = pgTable('route_publications', {
  id: integer('id').primaryKey(),
  version: bigint('version', { mode: 'number' }).notNull(),
  /** SHA-256 of the routes: an equal table is not published again. */
  hash: text('hash').notNull(),
  at: instant('at').notNull(),
})
