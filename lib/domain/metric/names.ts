import { attributesIn } from './attributes'
import { STORED, type SeriesLabels, type Stored } from './measure'

// What our samples are called where somebody else keeps them. Their labels are those of our own store, by ids: names of things change.

/** Of what the ingress counts there is a series for each route: it is measured whenever the requests of its service are. */
export const OF_TRAFFIC: ReadonlySet<Stored> = new Set(['requests', 'errors', 'latency', 'bytes_in', 'bytes_out'])

/** Labels by the names they have there. What programs measure themselves has others besides (`ownLabels`). `bucket`: of latency, the upper bound in milliseconds. */
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

/** What tells a program's own metric: its name, unit, bounds of a bucket (`0.1..0.5`), and its attributes, ten at most, of which none is called as one of ours. */
export function ownLabels({ name, unit, bucket, attributes }: Record<'name' | 'unit' | 'bucket' | 'attributes', string | null>): Record<string, string> {
  const labels: Record<string, string> = { metric: name ?? '', ...(unit === null ? {} : { unit }), ...(bucket === null ? {} : { bucket }) }
  for (const [key, value] of attributesIn(attributes ?? '')) {
    const name = `attr_${key.replace(/[^a-zA-Z0-9_]/g, '_')}`
    // Two that differ by what a label cannot have are two still.
    let free = name
    for (let n = 2; free in labels; n++) free = `${name}_${n}`
    labels[free] = value
  }
  return labels
}
