import type { Route } from '../ingress/table'

/** What the routing table needs to know of one service. */
export type RoutedService = {
  id: string
  name: string
  hostLabel: string
  desired: 'running' | 'stopped' | 'deleted'
  privatePort: number | null
  hasActive: boolean
  /** Status of the newest deployment. */
  latestStatus: string | null
  /** The active deployment's workload as last observed. */
  workload: { phase: 'starting' | 'running' | 'exited'; address: { host: string; port: number } | null; crashes: number } | null
}

/** The whole table: every service that is not being deleted has its hosts, with a target or the reason why there is none. */
export function routesOf(services: readonly RoutedService[], domain: string): Route[] {
  return services
    .filter((service) => service.desired !== 'deleted')
    .map((service) => {
      const address = service.desired === 'running' && service.workload?.phase === 'running' ? service.workload.address : null
      return {
        serviceId: service.id,
        name: service.name,
        hosts: [`${service.hostLabel}.${domain}`],
        privatePort: service.privatePort,
        targets: address ? [{ host: address.host, port: address.port }] : [],
        unavailable: address ? null : whyUnavailable(service),
      }
    })
}

function whyUnavailable(service: RoutedService): NonNullable<Route['unavailable']> {
  if (service.desired === 'stopped') return 'stopped'
  if (service.hasActive) return service.workload && (service.workload.phase === 'exited' || service.workload.crashes > 0) ? 'crashing' : 'deploying'
  if (service.latestStatus === null || service.latestStatus === 'cancelled') return 'not_deployed'
  return service.latestStatus === 'failed' ? 'failed' : 'deploying'
}
