/** What a chart can show. */
export const CHARTS = [
  'requests', 'error_rate', 'latency', 'traffic', 'cpu', 'memory', 'network', 'disk', 'restarts', 'processes',
  'db_connections', 'db_operations', 'db_cache_hits', 'db_size', 'volume_use',
] as const
export type ChartName = (typeof CHARTS)[number]

/** What each is called until somebody calls a widget otherwise. */
export const CHART_TITLE: Record<ChartName, string> = {
  requests: 'Requests',
  error_rate: 'Error rate',
  latency: 'Response time',
  traffic: 'Traffic at the ingress',
  cpu: 'CPU',
  memory: 'Memory',
  network: 'Network',
  disk: 'Disk',
  restarts: 'Restarts',
  processes: 'Processes',
  db_connections: 'Connections',
  db_operations: 'Operations',
  db_cache_hits: 'Cache hits',
  db_size: 'Size',
  volume_use: 'Volume use',
}
