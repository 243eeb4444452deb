/** What a chart can show. */
export const CHARTS = [
  'requests', 'error_rate', 'latency', 'traffic', 'cpu', 'memory', 'network', 'disk', 'restarts', 'processes',
  'db_connections', 'db_operations', 'db_cache_hits', 'db_size', 'volume_use',
  'own_level', 'own_rate', 'own_spread',
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
  own_level: 'Level of a metric of your own',
  own_rate: 'Rate of a metric of your own',
  own_spread: 'Spread of a metric of your own',
}

/** Charts of what programs measure of themselves: they need its name. */
export const OWN_CHARTS = ['own_level', 'own_rate', 'own_spread'] as const satisfies readonly ChartName[]
export const isOwnChart = (chart: ChartName): boolean => (OWN_CHARTS as readonly ChartName[]).includes(chart)
