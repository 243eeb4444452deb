import { z } from 'zod'

import { BUILDS, DEPLOYMENT_STATUSES, STAGES, STAGE_STATUSES, TRIGGERS } from '../domain/deployment-status'
import { FAILURE_REASONS } from '../domain/failure'
import { idSchema } from '../ids'
import { PageInput, PersonView, Timestamp, page } from './common'
import { allow, command, query } from './entry'
import { LOG_KINDS, LogInput, LogPage } from './log'
import { Recipe } from './recipe'
import { GitRef, Source } from './source'

const serviceId = idSchema('service')
const deploymentId = idSchema('deployment')

export const StageView = z.strictObject({
  name: z.enum(STAGES),
  status: z.enum(STAGE_STATUSES),
  startedAt: Timestamp.nullable(),
  finishedAt: Timestamp.nullable(),
  durationMs: z.number().int().nullable(),
  error: z.string().nullable(),
})
export type StageView = z.infer<typeof StageView>

const Answers = z.strictObject({
  requests: z.number().int(),
  failed: z.number().int(),
  /** Milliseconds to the first byte of an answer; null without any. */
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
})

/** What was copied before a deployment, because that may change it. */
export const DeploymentSnapshotView = z.strictObject({
  id: idSchema('snapshot'),
  source: z.string(),
  serviceId: idSchema('service').nullable(),
  volumeId: idSchema('volume').nullable(),
  status: z.enum(['queued', 'running', 'done', 'failed', 'cancelled']),
  message: z.string().nullable(),
  sizeBytes: z.number().int().nullable(),
  startedAt: Timestamp.nullable(),
  finishedAt: Timestamp.nullable(),
})
export type DeploymentSnapshotView = z.infer<typeof DeploymentSnapshotView>

/** The harm a release was found to do, compared with the version before it, and what was done. */
export const HarmView = z.strictObject({
  at: Timestamp,
  kind: z.enum(['errors', 'latency']),
  message: z.string(),
  before: Answers,
  after: Answers,
  /** The deployment that serves again. */
  restored: deploymentId,
})
export type HarmView = z.infer<typeof HarmView>

export const DeploymentView = z.strictObject({
  id: deploymentId,
  serviceId,
  number: z.number().int(),
  status: z.enum(DEPLOYMENT_STATUSES),
  trigger: z.enum(TRIGGERS),
  source: Source,
  /** What was fetched: a commit, for git sources. */
  revision: z.strictObject({ commit: z.string(), message: z.string(), author: z.string() }).nullable(),
  recipe: Recipe.nullable(),
  stages: z.array(StageView),
  /** What was copied before it, as far as it is still kept. */
  snapshots: z.array(DeploymentSnapshotView),
  failure: z.strictObject({ reason: z.enum(FAILURE_REASONS), message: z.string() }).nullable(),
  /** The image that it runs, on targets that run images. */
  image: z.strictObject({ id: z.string(), digest: z.string().nullable(), sizeBytes: z.number().int(), ports: z.array(z.number().int()) }).nullable(),
  /** Whether its kept build can be released again. */
  canRollBack: z.boolean(),
  /** Names of the services that it waits for before it starts: it refers to them, and they are on their way. */
  waitsFor: z.array(z.string()),
  /** The deployment whose build this one uses. */
  reuses: deploymentId.nullable(),
  /** How long requests waited while it took the place of the former version; null without such a pause. */
  pauseMs: z.number().int().nullable(),
  harm: HarmView.nullable(),
  /** Of the trace that the request, the jobs and what they did belong to; null where the platform exports none. */
  traceId: z.string().nullable(),
  createdBy: PersonView.nullable(),
  createdAt: Timestamp,
  startedAt: Timestamp.nullable(),
  finishedAt: Timestamp.nullable(),
  url: z.string(),
})
export type DeploymentView = z.infer<typeof DeploymentView>

export const deploymentCreate = command('deployment.create', {
  summary: 'Deploy the latest revision of a service with its present settings and variables',
  input: z.strictObject({
    serviceId,
    /** Commit, branch or tag to deploy this once instead of the service's own. */
    ref: GitRef.optional(),
    /** Asked for by a program rather than a person: refused while automatic deploys of the service are held. */
    automatic: z.boolean().default(false),
    /** `when_needed`: the build that serves is used again unless its source, settings of the build, or variables for building have changed. */
    build: z.enum(BUILDS).default('always'),
  }),
  output: DeploymentView,
  access: allow('deployment.create', 'service'),
  http: { method: 'POST', path: '/services/{serviceId}/deployments', status: 202 },
  cli: 'deploy <serviceId>',
  fails: ['not_found', 'not_now'],
})

export const deploymentList = query('deployment.list', {
  summary: 'Deployments of a service, newest first',
  input: z.strictObject({ serviceId, ...PageInput }),
  output: page(DeploymentView),
  access: allow('deployment.read', 'service'),
  http: { method: 'GET', path: '/services/{serviceId}/deployments', status: 200 },
  cli: 'deployment list <serviceId>',
  fails: ['not_found'],
})

export const DeploymentMoment = z.strictObject({
  id: deploymentId,
  serviceId,
  number: z.number().int(),
  status: z.enum(DEPLOYMENT_STATUSES),
  /** When it began to serve, or failed. */
  at: Timestamp,
})
export type DeploymentMoment = z.infer<typeof DeploymentMoment>

export const deploymentBetween = query('deployment.between', {
  summary: 'Deployments of an environment that began to serve or failed in a window, the newest 200 of them, oldest first',
  input: z.strictObject({ environmentId: idSchema('environment'), serviceId: serviceId.optional(), from: Timestamp, until: Timestamp }),
  output: z.strictObject({ items: z.array(DeploymentMoment) }),
  access: allow('deployment.read', 'environment'),
  http: { method: 'GET', path: '/environments/{environmentId}/deployments', status: 200 },
  cli: 'deployment between <environmentId>',
  fails: ['not_found'],
})

export const deploymentGet = query('deployment.get', {
  summary: 'One deployment with its stages',
  input: z.strictObject({ deploymentId }),
  output: DeploymentView,
  access: allow('deployment.read', 'deployment'),
  http: { method: 'GET', path: '/deployments/{deploymentId}', status: 200 },
  cli: 'deployment show <deploymentId>',
  fails: ['not_found'],
})

export const deploymentLogs = query('deployment.logs', {
  summary: 'Build and runtime log of one deployment',
  input: z.strictObject({ deploymentId, ...LogInput, kind: z.enum(LOG_KINDS).optional() }),
  output: LogPage,
  access: allow('log.read', 'deployment'),
  http: { method: 'GET', path: '/deployments/{deploymentId}/logs', status: 200 },
  cli: 'deployment logs <deploymentId>',
  fails: ['not_found'],
  streams: true,
})

export const deploymentCancel = command('deployment.cancel', {
  summary: 'Cancel a deployment that is queued, building or releasing; what runs stays',
  input: z.strictObject({ deploymentId }),
  output: DeploymentView,
  access: allow('deployment.create', 'deployment'),
  http: { method: 'POST', path: '/deployments/{deploymentId}/cancel', status: 202 },
  cli: 'cancel <deploymentId>',
  fails: ['not_found', 'not_now'],
})

export const deploymentRollback = command('deployment.rollback', {
  summary: 'Release the kept build of an earlier deployment with the settings and variables it had',
  input: z.strictObject({
    deploymentId,
    /** Also hold automatic deploys, so that none takes its place before somebody says so. */
    hold: z.boolean().default(false),
  }),
  output: DeploymentView,
  access: allow('deployment.create', 'deployment'),
  http: { method: 'POST', path: '/deployments/{deploymentId}/rollback', status: 202 },
  cli: 'rollback <deploymentId>',
  fails: ['not_found', 'not_now'],
})

export const deploymentRedeploy = command('deployment.redeploy', {
  summary: 'Release the kept build of a deployment again with the present settings and variables',
  input: z.strictObject({ deploymentId }),
  output: DeploymentView,
  access: allow('deployment.create', 'deployment'),
  http: { method: 'POST', path: '/deployments/{deploymentId}/redeploy', status: 202 },
  cli: 'redeploy <deploymentId>',
  fails: ['not_found', 'not_now'],
})
