import type { ServiceNode } from '@/lib/contract/graph'
import type { GroupView } from '@/lib/contract/group'
import type { VolumeNode } from '@/lib/contract/volume'

import type { Place } from '../placement'
import type { CanvasState, Link } from '../store'

/** What a command is about. */
export type Subject =
  /** The canvas itself; `at`: where on it. */
  | { kind: 'pane'; at: Place | null }
  | { kind: 'service'; id: string; service: ServiceNode }
  | { kind: 'volume'; id: string; volume: VolumeNode }
  | { kind: 'group'; id: string; group: GroupView }
  | { kind: 'selection'; ids: readonly string[] }
  | { kind: 'link'; link: Link }
  | { kind: 'mount'; volume: VolumeNode }

export type SubjectKind = Subject['kind']

export const PANE: Subject = { kind: 'pane', at: null }

/** A node or a frame as a subject; null when it is gone. */
export function subjectOf({ services, volumes, groups }: Pick<CanvasState, 'services' | 'volumes' | 'groups'>, id: string): Subject | null {
  if (services[id]) return { kind: 'service', id, service: services[id] }
  if (volumes[id]) return { kind: 'volume', id, volume: volumes[id] }
  return groups[id] ? { kind: 'group', id, group: groups[id] } : null
}

/** What is drawn as a line, as a subject; null when it is gone. */
export function lineOf({ links, volumes }: Pick<CanvasState, 'links' | 'volumes'>, edgeId: string): Subject | null {
  const link = links.find(({ id }) => id === edgeId)
  if (link) return { kind: 'link', link }
  const volume = volumes[edgeId.replace(/^mount-/, '')]
  return volume ? { kind: 'mount', volume } : null
}

/** Ids of the nodes and frames that a subject is. */
export function idsOf(subject: Subject): readonly string[] {
  if (subject.kind === 'selection') return subject.ids
  return 'id' in subject ? [subject.id] : []
}

/** Whether it answers people at an address. */
export function isSite(subject: Subject): boolean {
  return subject.kind === 'service' && subject.service.cron === null && subject.service.source.type !== 'database'
}

/** What it is called, before its commands in a list of all of them. */
export function nameOf(subject: Subject, { services }: Pick<CanvasState, 'services'>): string {
  switch (subject.kind) {
    case 'pane':
      return 'Canvas'
    case 'service':
      return subject.service.name
    case 'volume':
      return subject.volume.name
    case 'group':
      return subject.group.name
    case 'selection':
      return `${subject.ids.length} selected`
    case 'link':
      return `${services[subject.link.from]?.name ?? '?'} → ${services[subject.link.to]?.name ?? '?'}`
    case 'mount':
      return `${subject.volume.name} in ${services[subject.volume.serviceId ?? '']?.name ?? '?'}`
  }
}
