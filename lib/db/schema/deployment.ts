import { bigint, check, index, integer, jsonb, pgTable, primaryKey, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'

import type { Recipe } from '../../contract/recipe'
import type { ServiceSettings } from '../../contract/service-settings'
import type { Source } from '../../contract/source'
import type { Builds, DeploymentStatus, StageName, StageStatus, Trigger } from '../../domain/deployment-status'
import type { FailureReason } from '../../domain/failure'
import type { Harm } from '../../domain/harm'
import type { FrozenMount } from '../../domain/mount'
import type { RunStatus } from '../../domain/run-status'
import { users } from './account'
import { services } from './desired'
import { targets } from './target'

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** Inputs of a deployment, frozen when it is created. */
export type FrozenSpec = { source: Source; settings: ServiceSettings; /** Ref for this deployment only. */ ref: string | null; /** Volumes that are attached when it is queued, whatever its version had before; absent for none. */ mounts?: FrozenMount[] }

/** One run of a cron service. */
export const runs = pgTable(
  'runs',
  {
    id: text('id').primaryKey(),
    serviceId: text('service_id').notNull().references(() => services.id, { onDelete: 'cascade' }),
    /** The version that runs; its artifact and variables. */
    deploymentId: text('deployment_id').notNull().references(() => deployments.id, { onDelete: 'cascade' }),
    trigger: text('trigger').$type<'schedule' | 'manual'>().notNull(),
    status: text('status').$type<RunStatus>().notNull(),
    /** When it was due; the moment of asking for one by hand. */
    dueAt: instant('due_at').notNull(),
    startedAt: instant('started_at'),
    finishedAt: instant('finished_at'),
    /** Set when somebody or something asked for its end; the reconciler ends it. */
    endAskedAt: instant('end_asked_at'),
    endAs: text('end_as').$type<'cancelled' | 'timed_out'>(),
    exitCode: integer('exit_code'),
    exitSignal: text('exit_signal'),
    message: text('message'),
    createdBy: text('created_by').references(() => users.id, { onDelete: 'set null' }),
  },
  (t) => [
    // However many workers look at the clock: one run per time it is due.
    uniqueIndex('runs_due').on(t.serviceId, t.dueAt).where(sql`${t.trigger} = 'schedule'`),
    index('runs_service').on(t.serviceId, t.dueAt),
    index('runs_open').on(t.serviceId).where(sql`${t.status} in ('queued', 'running')`),
  ],
)

export const deployments = pgTable(
  'deployments',
  {
    id: text('id').primaryKey(),
    serviceId: text('service_id').notNull().references(() => services.id, { onDelete: 'cascade' }),
    /** 1, 2, 3, … per service. */
    number: integer('number').notNull(),
    status: text('status').$type<DeploymentStatus>().notNull(),
    trigger: text('trigger').$type<Trigger>().notNull(),
    spec: jsonb('spec').$type<FrozenSpec>().notNull(),
    /** Raw variables when it was created, `{KEY: {value, secret}}`, sealed; references are resolved when it is released. */
    variablesSealed: text('variables_sealed').notNull(),
    /** What its process is given, `{variables, secrets}` with every reference resolved, sealed; written when it is released. */
    environmentSealed: text('environment_sealed'),
    /** Services that its variables refer to, by id; null before its release. */
    reaches: jsonb('reaches').$type<string[]>(),
    /** `when_needed`: a kept build is used again where nothing that it was made of has changed. */
    builds: text('builds').$type<Builds>().notNull().default('always'),
    configRevision: integer('config_revision').notNull(),
    /** The service's generation that made this its target; 0 before its release. */
    generation: integer('generation').notNull().default(0),
    revision: jsonb('revision').$type<{ commit: string; message: string; author: string }>(),
    recipe: jsonb('recipe').$type<Recipe>(),
    artifactId: text('artifact_id'),
    reusesDeploymentId: text('reuses_deployment_id'),
    failureReason: text('failure_reason').$type<FailureReason>(),
    failureMessage: text('failure_message'),
    createdBy: text('created_by').references(() => users.id, { onDelete: 'set null' }),
    createdAt: instant('created_at').notNull().defaultNow(),
    startedAt: instant('started_at'),
    releasedAt: instant('released_at'),
    activatedAt: instant('activated_at'),
    /** When it stopped being active: its workload drains from here. */
    retiredAt: instant('retired_at'),
    finishedAt: instant('finished_at'),
    /** When its pre-deploy command ended well. */
    preparedAt: instant('prepared_at'),
    /** How long requests waited at the ingress while it took the place of the former version; null without such a pause. */
    pauseMs: integer('pause_ms'),
    /** The harm it was found to do after its release; null for none. */
    harm: jsonb('harm').$type<Harm>(),
    /** The trace of the request that made it, 32 hexadecimal digits; null where none is kept. */
    traceId: text('trace_id'),
  },
  (t) => [
    uniqueIndex('deployments_number').on(t.serviceId, t.number),
    index('deployments_service').on(t.serviceId, t.createdAt),
    // Few at any time: looks at what is on its way never read what has ended.
    index('deployments_progressing').on(t.serviceId).where(sql`${t.status} in ('queued', 'building', 'releasing')`),
    index('deployments_upload').on(sql`(${t.spec} -> 'source' ->> 'uploadId')`).where(sql`(${t.spec} -> 'source' ->> 'uploadId') is not null`),
    // Two active versions of one service cannot be written, whatever races.
    uniqueIndex('deployments_one_active').on(t.serviceId).where(sql`${t.status} = 'active'`),
    check('deployments_status', sql`${t.status} in ('queued','building','releasing','active','retired','failed','cancelled','superseded')`),
  ],
)

export const stages = pgTable(
  'stages',
  {
    deploymentId: text('deployment_id').notNull().references(() => deployments.id, { onDelete: 'cascade' }),
    name: text('name').$type<StageName>().notNull(),
    status: text('status').$type<StageStatus>().notNull(),
    startedAt: instant('started_at'),
    finishedAt: instant('finished_at'),
    error: text('error'),
    /** How often it was begun: 2 after a worker died in it. */
    attempts: integer('attempts').notNull().default(1),
  },
  (t) => [primaryKey({ columns: [t.deploymentId, t.name] })],
)

/** An image as an artifact. */
export type ArtifactImage = {
  /** What its engine knows it by: the id of an image made there, or `repository@sha256:…`. */
  id: string
  /** `repository@sha256:…` where a registry has it. */
  digest: string | null
  /** Our names for it in its engine: taken away with the artifact. */
  names: string[]
  /** Credentials to fetch it again with. */
  registryId: string | null
  /** TCP ports it says it listens on. */
  ports: number[]
  entrypoint: string[] | null
  command: string[] | null
}

/** The immutable result of a build: a folder, `artifacts/<id>` below the data folder, or an image of the target's engine. */
export const artifacts = pgTable(
  'artifacts',
  {
    id: text('id').primaryKey(),
    serviceId: text('service_id').notNull().references(() => services.id, { onDelete: 'cascade' }),
    start: jsonb('start').$type<Recipe['start']>().notNull(),
    /** Folder inside the artifact that the start command runs in. */
    workingDirectory: text('working_directory').notNull(),
    sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
    kind: text('kind').$type<'folder' | 'image'>().notNull().default('folder'),
    /** Only of an image. */
    image: jsonb('image').$type<ArtifactImage>(),
    /** Whose engine has the image. */
    targetId: text('target_id').references(() => targets.id, { onDelete: 'set null' }),
    /** Digests of the variables that it was built with, by key; null when that was not kept. */
    builtWith: jsonb('built_with').$type<Record<string, string>>(),
    createdAt: instant('created_at').notNull().defaultNow(),
    /** Set when its files or its image were removed. */
    removedAt: instant('removed_at'),
  },
  (t) => [index('artifacts_service').on(t.serviceId)],
)
