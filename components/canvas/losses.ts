import type { ServiceNode } from '@/lib/contract/graph'
import type { GroupView } from '@/lib/contract/group'
import type { VolumeNode } from '@/lib/contract/volume'

import type { CanvasState } from './store'

export type Losses = {
  services: ServiceNode[]
  /** With everything in them. */
  volumes: VolumeNode[]
  /** Only their frames. */
  groups: GroupView[]
  /** Volumes that stay: of services that go, or of services that stay. */
  kept: VolumeNode[]
  /** Names of services that stay and refer to some that go. */
  dependents: string[]
}

/** What is lost when these are deleted. A volume goes only when nothing has it: one that is attached is detached by deleting its service, and stays. */
export function lossesOf({ services, volumes, groups, links }: Pick<CanvasState, 'services' | 'volumes' | 'groups' | 'links'>, ids: readonly string[]): Losses {
  const chosen = new Set(ids)
  const among = <T extends { id: string }>(all: Readonly<Record<string, T>>) => Object.values(all).filter(({ id }) => chosen.has(id))
  const going = among(volumes).filter(({ serviceId, isDeleting }) => serviceId === null && !isDeleting)
  return {
    services: among(services).filter(({ state }) => state !== 'removing'),
    volumes: going,
    groups: among(groups),
    kept: Object.values(volumes).filter((volume) => !going.includes(volume) && !volume.isDeleting && (chosen.has(volume.id) || chosen.has(volume.serviceId ?? ''))),
    dependents: [...new Set(links.filter(({ from, to }) => chosen.has(to) && !chosen.has(from)).map(({ from }) => services[from]?.name ?? 'Another service'))],
  }
}
