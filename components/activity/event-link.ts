import { paths } from '@/components/paths'
import type { EventView } from '@/lib/contract/organization'

import { wordsOf } from './event-words'

// After these the thing is gone; a link would lead nowhere.
const GONE = new Set(['project.deleted', 'environment.deleted', 'service.deleted', 'service.removed'])

type Place = Pick<EventView, 'type' | 'projectId' | 'environmentId' | 'serviceId' | 'deploymentId'>

/** Where an event leads: the most exact place it names that can still exist; null when there is none. */
export function eventHref({ type, projectId, environmentId, serviceId }: Place): string | null {
  if (GONE.has(type) || projectId === null) return null
  if (environmentId === null) return paths.projectSettings(projectId)
  if (type === 'dashboard.saved') return paths.metrics(projectId, environmentId)
  if (serviceId === null) return paths.canvas(projectId, environmentId)
  return paths.service(projectId, environmentId, serviceId, wordsOf(type).tab ?? 'deployments')
}
