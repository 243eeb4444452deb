import type { MetricSample } from '../db/queries/engine/metrics'
import { keptLatencies } from '../domain/latency-histogram'
import type { HttpCount } from '../provisioning/ingress/telemetry'

/** What was counted, as samples. Services that are gone have none. */
export function samplesOf(counts: readonly HttpCount[], environments: ReadonlyMap<string, string>): MetricSample[] {
  return counts.flatMap((count): MetricSample[] => {
    const environmentId = environments.get(count.serviceId)
    if (environmentId === undefined) return []
    const { serviceId, deploymentId, method, route, status, requests, errors, bytesIn, bytesOut, latency } = count
    const at = new Date(count.at)
    const labels = { environmentId, serviceId, ...(deploymentId === '' ? {} : { deploymentId }), route: `${method} ${route}`, status }
    return [
      { at, measure: 'requests', labels, value: requests },
      { at, measure: 'errors', labels, value: errors },
      { at, measure: 'bytes_in', labels, value: bytesIn },
      { at, measure: 'bytes_out', labels, value: bytesOut },
      { at, measure: 'latency', labels, buckets: keptLatencies(latency) },
    ]
  })
}
