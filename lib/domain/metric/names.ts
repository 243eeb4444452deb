import { STORED, type SeriesLabels, type Stored } from './measure'

// What our samples are called where somebody else keeps them. Their labels are those of our own store, by ids: names of things change.

/** Of what the ingress counts there is a series for each route: it is measured whenever the requests of its service are. */
export const OF_TRAFFIC: ReadonlySet<Stored> = new Set(['requests', 'errors', 'latency', 'bytes_in', 'bytes_out'])

/** Labels by the names they have there. What programs measure themselves is told by them, not by us. `bucket`: of latency, the upper bound in milliseconds. */
export const LABELS = {
  environmentId: 'environment_id',
  serviceId: 'service_id',
  volumeId: 'volume_id',
  deploymentId: 'deployment_id',
  part: 'part',
  status: 'status',
  route: 'route',
  bucket: 'bucket_ms',
} as const satisfies Record<Exclude<keyof SeriesLabels, 'name' | 'unit' | 'attributes'> | 'bucket', string>

/** The name of what is kept, as a metric: a total for what is counted. */
export function sampleName(stored: Stored): string {
  return `easel_sample_${stored}${STORED[stored].kind === 'count' ? '_total' : ''}`
}
