import type { Version } from '../harness/sample-repository'

// What was acknowledged, and what follows from it once everything has settled. Where two ends are possible, because one
// thing overtook another, both are allowed; everything else is known.

/**
 * `good`: becomes healthy. `unsure`: would become healthy, but something newer may have overtaken it, its service may have
 * been stopped first, or the build it uses again may be gone. `bad`: cannot be built or started. `cancelled`: said to be.
 */
export type Fate = 'good' | 'unsure' | 'bad' | 'cancelled'

/** A deployment. `seen`: it was seen to serve, so nothing can have overtaken it. */
export type Release = { id: string; version: Version; mark: string; fate: Fate; seen: boolean }

export type ServiceModel = { id: string; name: string; url: string; environmentId: string; desired: 'running' | 'stopped' | 'deleted'; mark: string; releases: Release[] }

export type EnvironmentModel = { id: string; isDeleted: boolean }

export type Model = { environments: EnvironmentModel[]; services: ServiceModel[] }

const BAD: readonly Version[] = ['ill', 'crash', 'broken']

/** A deployment was accepted; it wants its service to run. `reused`: it releases an earlier build. */
export function released(service: ServiceModel, release: Pick<Release, 'id' | 'version' | 'mark'>, reused: boolean): void {
  overtake(service)
  service.desired = 'running'
  service.releases.push({ ...release, fate: BAD.includes(release.version) ? 'bad' : reused ? 'unsure' : 'good', seen: false })
}

export function cancelled(service: ServiceModel, id: string): void {
  service.releases.find((release) => release.id === id)!.fate = 'cancelled'
}

/** It was seen to serve, or to have served. */
export function seen(service: ServiceModel, id: string): void {
  const release = service.releases.find((candidate) => candidate.id === id)!
  release.seen = true
  if (release.fate === 'unsure') release.fate = 'good'
}

/** What is on its way is cancelled, or has just made it. */
export function stopped(service: ServiceModel): void {
  overtake(service)
  service.desired = 'stopped'
}

export function started(service: ServiceModel): void {
  service.desired = 'running'
}

export function deleted(service: ServiceModel): void {
  service.desired = 'deleted'
}

function overtake(service: ServiceModel): void {
  for (const release of service.releases) if (release.fate === 'good' && !release.seen) release.fate = 'unsure'
}

/** The deployments of which one serves when everything has settled; null: perhaps none does. */
export function mayServe({ releases }: ServiceModel): (Release | null)[] {
  const may: (Release | null)[] = []
  for (const release of [...releases].reverse()) {
    if (release.fate === 'good' || release.fate === 'unsure') may.push(release)
    if (release.fate === 'good') return may
  }
  return [...may, null]
}

/** How a deployment may have ended. */
export function mayEndAs({ fate }: Release): readonly string[] {
  switch (fate) {
    case 'good':
      return ['active', 'retired']
    case 'unsure':
      return ['active', 'retired', 'superseded', 'cancelled', 'failed artifact_missing']
    case 'bad':
      return ['failed build_failed', 'failed crashed', 'failed health_deadline', 'superseded', 'cancelled']
    case 'cancelled':
      return ['cancelled']
  }
}
