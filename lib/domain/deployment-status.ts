/** The life of a deployment. SQL guards, the interface and the tests import this list. */
export const DEPLOYMENT_STATUSES = ['queued', 'building', 'releasing', 'active', 'retired', 'failed', 'cancelled', 'superseded'] as const
export type DeploymentStatus = (typeof DEPLOYMENT_STATUSES)[number]

/** Still moving by itself; may be cancelled. */
export const PROGRESSING = ['queued', 'building', 'releasing'] as const satisfies readonly DeploymentStatus[]
/** Never changes again. `active` is neither: it moves to `retired` when a newer one takes its place. */
export const TERMINAL = ['retired', 'failed', 'cancelled', 'superseded'] as const satisfies readonly DeploymentStatus[]

const NEXT: Record<DeploymentStatus, readonly DeploymentStatus[]> = {
  queued: ['building', 'releasing', 'failed', 'cancelled', 'superseded'],
  building: ['releasing', 'failed', 'cancelled', 'superseded'],
  releasing: ['active', 'failed', 'cancelled', 'superseded'],
  active: ['retired'],
  retired: [],
  failed: [],
  cancelled: [],
  superseded: [],
}

export function canMove(from: DeploymentStatus, to: DeploymentStatus): boolean {
  return NEXT[from].includes(to)
}

/** Every status from which `to` can be reached in one move: the guard of an SQL update. */
export function statusesBefore(to: DeploymentStatus): DeploymentStatus[] {
  return DEPLOYMENT_STATUSES.filter((from) => canMove(from, to))
}

export function isProgressing(status: DeploymentStatus): boolean {
  return (PROGRESSING as readonly string[]).includes(status)
}

/**
 * Recorded parts of a deployment, in order. The pipeline records the first six; `prepare` (the pre-deploy command) and
 * `start` (the new version starts and becomes healthy) are recorded by the reconciler.
 */
export const STAGES = ['fetch', 'detect', 'install', 'build', 'snapshot', 'release', 'prepare', 'start'] as const
export type StageName = (typeof STAGES)[number]

export const STAGE_STATUSES = ['running', 'done', 'failed', 'skipped', 'cancelled'] as const
export type StageStatus = (typeof STAGE_STATUSES)[number]

/** What a person calls the stage while it runs. */
export const STAGE_TITLE: Record<StageName, string> = {
  fetch: 'Fetching source',
  detect: 'Reading the source',
  install: 'Installing dependencies',
  build: 'Building',
  snapshot: 'Taking snapshots',
  release: 'Releasing',
  prepare: 'Running the pre-deploy command',
  start: 'Starting',
}

/** `automatic`: asked for by a program, and refused while the service is held. `harm`: a release that did harm is undone. */
export const TRIGGERS = ['manual', 'automatic', 'redeploy', 'rollback', 'harm'] as const
export type Trigger = (typeof TRIGGERS)[number]

/** When a deployment builds. `when_needed`: a kept build is used again where nothing that it was made of has changed. */
export const BUILDS = ['always', 'when_needed'] as const
export type Builds = (typeof BUILDS)[number]
