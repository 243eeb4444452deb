import type { ExposedDatabase, RoutedReplica, RoutedService } from '../../db/queries/engine/routes'
import { givesUp } from '../../domain/restart'
import type { Route, TcpRoute } from '../ingress/table'

/** The whole table: every service that is not being deleted has its hosts, with targets, a hold, or the reason why there is neither. */
export function routesOf(services: readonly RoutedService[], domain: string): Route[] {
  return services
    .filter((service) => service.desired !== 'deleted')
    .map((service) => ({
      serviceId: service.id,
      name: service.name,
      hosts: [`${service.hostLabel}.${domain}`],
      privatePort: service.privatePort,
      ...(service.accessLines ? {} : { accessLines: false }),
      ...leadOf(service),
    }))
}

function leadOf(service: RoutedService): Pick<Route, 'targets' | 'unavailable' | 'hold'> {
  const hold = holdOf(service)
  if (hold) return { targets: [], unavailable: null, hold: { reason: hold, forMs: service.holdS * 1000 } }
  const targets = targetsOf(service)
  return { targets, unavailable: targets.length > 0 ? null : whyUnavailable(service), hold: null }
}

function holdOf(service: RoutedService): 'sleeping' | 'replacing' | null {
  if (service.desired !== 'running' || service.isCron) return null
  if (service.isHeld) return 'replacing'
  if (service.isSleeping) return 'sleeping'
  // Woken, and not yet there: what woke it waits on, unless it does not come up.
  const isWaking = service.wasWoken && service.replicas.every((replica) => replica.address === null && (replica.phase !== 'exited' || replica.byPlatform))
  return isWaking ? 'sleeping' : null
}

/** The replicas that answer; while none does, those that run. */
function targetsOf({ desired, activeId, isCron, replicas }: RoutedService): Route['targets'] {
  if (desired !== 'running' || isCron) return []
  const running = replicas.filter((replica) => replica.phase === 'running' && replica.address !== null)
  const healthy = running.filter((replica) => replica.health !== 'unhealthy')
  return (healthy.length > 0 ? healthy : running).map(({ address, part }) => ({ host: address!.host, port: address!.port, deploymentId: activeId!, replica: part }))
}

function whyUnavailable(service: RoutedService): NonNullable<Route['unavailable']> {
  const { replicas, restart } = service
  if (service.desired === 'stopped') return 'stopped'
  if (service.isCron) return 'cron'
  if (service.activeId !== null) {
    if (restart && replicas.length > 0 && replicas.every((replica) => isLeft(replica, restart))) return 'exited'
    return replicas.some((replica) => replica.phase === 'exited' || replica.crashes > 0) ? 'crashing' : 'deploying'
  }
  if (service.latestStatus === null || service.latestStatus === 'cancelled') return 'not_deployed'
  return service.latestStatus === 'failed' ? 'failed' : 'deploying'
}

function isLeft({ phase, byPlatform, exitCode, crashes }: RoutedReplica, restart: NonNullable<RoutedService['restart']>): boolean {
  return phase === 'exited' && !byPlatform && givesUp(restart, { code: exitCode, crashes })
}

/** Databases that are reached from outside, in the table whether they run or not: their port is theirs. */
export function tcpRoutesOf(databases: readonly ExposedDatabase[]): TcpRoute[] {
  return databases.map(({ id, port, allow, isStopped, address }) => ({ serviceId: id, port, allow, targets: isStopped || address === null ? [] : [{ host: address.host, port: address.port }] }))
}
