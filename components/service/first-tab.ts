import type { ServiceTab } from '@/components/paths'
import type { ServiceNode } from '@/lib/contract/graph'

/** The tab that a service is opened with: people want to connect to a database, and to see what was deployed of the others. */
export function firstTab(service: Pick<ServiceNode, 'source'> | undefined): ServiceTab {
  return service?.source.type === 'database' ? 'overview' : 'deployments'
}
