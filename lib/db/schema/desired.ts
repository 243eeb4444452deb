import { sql } from 'drizzle-orm'
import { boolean, check, doublePrecision, index, integer, jsonb, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core'

import type { InspectionView } from '../../contract/service'
import type { ServiceSettings } from '../../contract/service-settings'
import type { Source } from '../../contract/source'
import { BUILT_IN_TARGETS } from '../../domain/target'
import type { VariableScope } from '../../domain/variable-scope'
import { organizations } from './account'
import { targets } from './target'

// What people want. Written by operations; `target_deployment_id` also by the release stage and by the verdict of a
// failed deployment. Never written from what is observed.

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

export const projects = pgTable(
  'projects',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull().references(() => organizations.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    slug: text('slug').notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
    /** Set when deletion began; the row goes when everything in it is gone. */
    deletedAt: instant('deleted_at'),
  },
  (t) => [uniqueIndex('projects_slug').on(t.organizationId, t.slug)],
)

export const environments = pgTable(
  'environments',
  {
    id: text('id').primaryKey(),
    projectId: text('project_id').notNull().references(() => projects.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    slug: text('slug').notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
    deletedAt: instant('deleted_at'),
    /** Where it runs. */
    targetId: text('target_id').notNull().default(BUILT_IN_TARGETS.process).references(() => targets.id),
    /** Whether services reach each other only where a link is drawn. */
    linksOnly: boolean('links_only').notNull().default(false),
    /** Why it cannot be made to match what is wanted, since when, as of the last look; null when it can. Observed. */
    trouble: jsonb('trouble').$type<{ since: string; message: string }>(),
  },
  (t) => [uniqueIndex('environments_slug').on(t.projectId, t.slug), index('environments_target').on(t.targetId)],
)

/** A frame with a title on the canvas; which nodes are in it is said by them. */
export const groups = pgTable(
  'groups',
  {
    id: text('id').primaryKey(),
    environmentId: text('environment_id').notNull().references(() => environments.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    x: doublePrecision('x').notNull(),
    y: doublePrecision('y').notNull(),
    width: doublePrecision('width').notNull(),
    height: doublePrecision('height').notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (t) => [index('groups_environment').on(t.environmentId)],
)

export const DESIRED = ['running', 'stopped', 'deleted'] as const
export type Desired = (typeof DESIRED)[number]

/** Why automatic deploys are refused. `by`: null when the platform itself held it. */
export type ServiceHold = { at: string; by: { id: string; name: string } | null; reason: string }

/** Addresses and ranges that may connect from outside. */
export type Exposure = { allow: string[] }

export const services = pgTable(
  'services',
  {
    id: text('id').primaryKey(),
    environmentId: text('environment_id').notNull().references(() => environments.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    /** First label of its host name; unique on the whole platform and never changed. */
    hostLabel: text('host_label').notNull(),
    source: jsonb('source').$type<Source>().notNull(),
    settings: jsonb('settings').$type<ServiceSettings>().notNull(),
    x: doublePrecision('x').notNull().default(0),
    y: doublePrecision('y').notNull().default(0),
    /** The frame it stands in on the canvas; null for none. */
    groupId: text('group_id').references(() => groups.id, { onDelete: 'set null' }),
    desired: text('desired').$type<Desired>().notNull().default('running'),
    /** When `desired` last changed. */
    desiredAt: instant('desired_at').notNull().defaultNow(),
    /** Rises with every change of desired state: the fencing token of everything the worker does for this service. */
    generation: integer('generation').notNull().default(1),
    /** Rises with every change of source, settings or variables; compared with the one a deployment froze. */
    configRevision: integer('config_revision').notNull().default(1),
    /** Whether what its variables refer to has changed since it was deployed last: its own configuration does not show it. */
    referencesChanged: boolean('references_changed').notNull().default(false),
    /** The deployment that should run. */
    targetDeploymentId: text('target_deployment_id'),
    /** The deployment that was healthy last and holds the routes. */
    activeDeploymentId: text('active_deployment_id'),
    inspection: jsonb('inspection').$type<InspectionView>(),
    /** While set, automatic deploys are refused. */
    hold: jsonb('hold').$type<ServiceHold>(),
    /** Who may reach it from outside; only of a database, null for nobody. */
    exposure: jsonb('exposure').$type<Exposure>(),
    /** While set, it sleeps: nothing runs, and the next request wakes it. Written by a verdict, cleared by whoever wakes it. */
    sleepingAt: instant('sleeping_at'),
    /** When it was woken last. */
    wokenAt: instant('woken_at'),
    /** Since when requests wait at the ingress because one version replaces another. Written and cleared by verdicts. */
    heldAt: instant('held_at'),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('services_host_label').on(t.hostLabel),
    uniqueIndex('services_name').on(t.environmentId, sql`lower(${t.name})`),
    index('services_group').on(t.groupId),
    check('services_desired', sql`${t.desired} in ('running', 'stopped', 'deleted')`),
  ],
)

export const variables = pgTable(
  'variables',
  {
    id: text('id').primaryKey(),
    serviceId: text('service_id').notNull().references(() => services.id, { onDelete: 'cascade' }),
    key: text('key').notNull(),
    /** Sealed by lib/secrets, plain ones too: one rule for all. */
    valueSealed: text('value_sealed').notNull(),
    secret: boolean('secret').notNull(),
    /** When its service is given it. */
    scope: text('scope').$type<VariableScope>().notNull().default('both'),
    /** What its generators gave, in their order, sealed; null without any. */
    generatedSealed: text('generated_sealed'),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (t) => [uniqueIndex('variables_key').on(t.serviceId, t.key), check('variables_scope', sql`${t.scope} in ('both', 'build', 'run')`)],
)

/** What every service of an environment may refer to as `${{shared.KEY}}`. A service that does not is given none of it. */
export const sharedVariables = pgTable(
  'shared_variables',
  {
    id: text('id').primaryKey(),
    environmentId: text('environment_id').notNull().references(() => environments.id, { onDelete: 'cascade' }),
    key: text('key').notNull(),
    valueSealed: text('value_sealed').notNull(),
    secret: boolean('secret').notNull(),
    generatedSealed: text('generated_sealed'),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (t) => [uniqueIndex('shared_variables_key').on(t.environmentId, t.key)],
)

/** Ports of workloads and private addresses on this machine: whoever inserts the row has the port. */
export const ports = pgTable(
  'ports',
  {
    port: integer('port').primaryKey(),
    /** `workload`: a deployment listens there. `private`: the ingress listens there for other services. `public`: there for others outside, and its own for as long as it lives. `receiver`: we listen there for what OpenTelemetry sends. `foreign`: found taken. */
    purpose: text('purpose').$type<'workload' | 'private' | 'public' | 'receiver' | 'foreign'>().notNull(),
    serviceId: text('service_id').references(() => services.id, { onDelete: 'cascade' }),
    deploymentId: text('deployment_id'),
    /** Name of the workload that listens there: every replica has a port of its own. */
    workload: text('workload'),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('ports_workload').on(t.workload),
    index('ports_deployment').on(t.deploymentId),
    uniqueIndex('ports_public').on(t.serviceId).where(sql`${t.purpose} = 'public'`),
    uniqueIndex('ports_private').on(t.serviceId).where(sql`${t.purpose} = 'private'`),
    index('ports_service').on(t.serviceId),
  ],
)
