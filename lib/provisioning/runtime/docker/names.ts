import { createHash } from 'node:crypto'

import type { Workload } from '../driver'

// How things of ours are called on an engine, and what is written on them. Names are derived, so that making a thing twice
// collides; labels say whose it is, because a name can be anybody's.

/** The installation and the target that a driver works for. */
export type Owner = { instanceId: string; targetId: string }

export const LABEL = {
  instance: 'easel.instance',
  target: 'easel.target',
  environment: 'easel.environment',
  service: 'easel.service',
  deployment: 'easel.deployment',
  name: 'easel.name',
  role: 'easel.role',
  part: 'easel.part',
  generation: 'easel.generation',
  port: 'easel.port',
  /** Of a network: `all`, `only` or `link`. */
  links: 'easel.links',
  /** Of a network between two services: their ids. */
  pair: 'easel.pair',
  /** Of a volume: its name as we say it, and who it was made for. */
  volume: 'easel.volume',
  owner: 'easel.owner',
  /** Of a container that serves us for a moment. */
  helper: 'easel.helper',
  /** Of such a container: the process that made it. */
  maker: 'easel.maker',
} as const

export function containerName(name: string): string {
  return `easel-${name}`
}

export function volumeName(name: string): string {
  return `easel-${name}`
}

/** The network of an environment: one in which all reach each other, or one in which nobody does. */
export function networkName(environmentId: string, links: 'all' | 'only'): string {
  return `easel-${slug(environmentId)}${links === 'only' ? '-apart' : ''}`
}

/** The network of two services that are linked, whichever of the two asks. */
export function linkName(environmentId: string, pair: string): string {
  return `easel-${slug(environmentId)}-${createHash('sha256').update(pair).digest('hex').slice(0, 10)}`
}

/** Two services in an order that does not depend on who asks. */
export function pairOf(one: string, other: string): string {
  return [one, other].sort().join(',')
}

export function ownerLabels({ instanceId, targetId }: Owner): Record<string, string> {
  return { [LABEL.instance]: instanceId, [LABEL.target]: targetId }
}

/** The filter that finds what is ours, as the engine wants it. */
export function ownedFilter(owner: Owner, more: Record<string, string> = {}): { label: string[] } {
  return { label: Object.entries({ ...ownerLabels(owner), ...more }).map(([name, value]) => `${name}=${value}`) }
}

export function isOwned(owner: Owner, labels: Record<string, string> | null | undefined): boolean {
  return labels?.[LABEL.instance] === owner.instanceId && labels[LABEL.target] === owner.targetId
}

export function workloadLabels(owner: Owner, workload: Workload): Record<string, string> {
  return {
    ...ownerLabels(owner),
    [LABEL.environment]: workload.environmentId,
    [LABEL.service]: workload.serviceId,
    [LABEL.deployment]: workload.deploymentId,
    [LABEL.name]: workload.name,
    [LABEL.role]: workload.role,
    [LABEL.part]: workload.part,
    [LABEL.generation]: String(workload.generation),
    [LABEL.port]: workload.port === null ? '' : String(workload.port),
  }
}

function slug(id: string): string {
  return id.replaceAll('_', '-')
}
