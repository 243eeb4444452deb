import type { ChartName } from '@/lib/domain/chart'
import { READINGS, STORED, type Grouping, type Measure } from '@/lib/domain/metric/measure'

/** What a chart is about: an environment, or one service or volume of it. */
export type Subject = { serviceId: string | null; volumeId: string | null; /** What a program calls its own metric. */ metric?: string | undefined }

/** One question to the store. `name`: what its lines are called; null when their labels say it. */
export type Ask = { measure: Measure; by: Grouping; name: string | null }

/** How a chart is made. */
export type ChartSpec = {
  asks: readonly Ask[]
  /** The first measure as a share of the second one. */
  isShare?: boolean
  /** Pieces of a step, rather than a level that goes on between two points. */
  isBars?: boolean
  /** One sentence: why nothing is there yet, and what would create it. */
  none: string
}

const OF_REQUESTS = 'There are none until somebody asks a service through its URL.'
const OF_RUNNING = 'It is measured every ten seconds once something runs here. Deploy a service to see it.'
const OF_DATABASES = 'It is measured every minute while a database runs, where its engine tells it.'
const OF_VOLUMES = 'It is measured every minute from when a volume is first written to.'

const OF_OWN = 'What a program measures of itself is shown when the first whole minute of it is over.'

const inAndOut = (first: readonly [Measure, string], second: readonly [Measure, string]): Ask[] => [first, second].map(([measure, name]) => ({ measure, by: 'total', name }))

/** What a chart asks for: of an environment a line for each service, of a service one for each replica or class of answers. */
export function chartSpec(chart: ChartName, { serviceId, volumeId }: Subject): ChartSpec {
  const isOne = serviceId !== null
  const each = (measure: Measure, ofOne: Grouping): Ask => ({ measure, by: isOne ? ofOne : 'service', name: isOne && ofOne === 'total' ? NAME_OF_ONE[chart] : null })
  switch (chart) {
    case 'requests':
      return { asks: [each('requests', 'status')], none: OF_REQUESTS }
    case 'error_rate':
      return { asks: [each('errors', 'total'), each('requests', 'total')], isShare: true, none: OF_REQUESTS }
    case 'latency':
      return {
        asks: isOne ? (['p50', 'p95', 'p99'] as const).map((share) => ({ measure: `latency_${share}`, by: 'total', name: share })) : [{ measure: 'latency_p95', by: 'service', name: null }],
        none: OF_REQUESTS,
      }
    case 'traffic':
      return { asks: inAndOut(['bytes_in', 'Received'], ['bytes_out', 'Sent']), none: OF_REQUESTS }
    case 'cpu':
    case 'memory':
    case 'processes':
      return { asks: [each(chart, 'part')], none: OF_RUNNING }
    case 'restarts':
      return { asks: [each(chart, 'total')], isBars: true, none: OF_RUNNING }
    case 'network':
      return { asks: inAndOut(['network_in', 'Received'], ['network_out', 'Sent']), none: OF_RUNNING }
    case 'disk':
      return { asks: inAndOut(['disk_read', 'Read'], ['disk_write', 'Written']), none: OF_RUNNING }
    case 'db_connections':
    case 'db_operations':
    case 'db_cache_hits':
    case 'db_size':
      return { asks: [each(chart, 'total')], none: OF_DATABASES }
    case 'own_level':
    case 'own_rate':
      return { asks: [each(chart, 'attributes')], none: OF_OWN }
    case 'own_spread':
      return { asks: (['p50', 'p95', 'p99'] as const).map((share) => ({ measure: `own_${share}`, by: 'total', name: share })), none: OF_OWN }
    case 'volume_use':
      return { asks: [volumeId === null ? { measure: 'volume_used', by: 'volume', name: null } : { measure: 'volume_used', by: 'total', name: NAME_OF_ONE[chart] }], none: OF_VOLUMES }
  }
}

/** What the only line of a chart about one service is called. */
const NAME_OF_ONE: Record<ChartName, string> = {
  requests: 'Requests',
  error_rate: 'Failed',
  latency: 'p95',
  traffic: 'Traffic',
  cpu: 'CPU',
  memory: 'Memory',
  network: 'Network',
  disk: 'Disk',
  restarts: 'Restarts',
  processes: 'Processes',
  db_connections: 'Open',
  db_operations: 'Operations',
  db_cache_hits: 'Found in memory',
  db_size: 'Data',
  volume_use: 'Used',
  own_level: 'Level',
  own_rate: 'Rate',
  own_spread: 'p95',
}

/** What a chart says beside its title: which of several figures its lines are. */
export function chartNote(chart: ChartName, { serviceId }: Subject): string | null {
  if (chart === 'latency') return serviceId === null ? 'p95 to the first byte' : 'To the first byte'
  if (chart === 'error_rate') return 'Answers with 5xx or none'
  if (chart === 'requests' && serviceId !== null) return 'By class of answer'
  return null
}

/** Nothing is measured in shorter steps than that. */
export function leastStepS({ asks }: ChartSpec): number {
  return Math.max(...asks.map(({ measure }) => STORED[READINGS[measure].of].everySeconds))
}
