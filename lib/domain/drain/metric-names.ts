import type { Stored, StoredOwn } from '../metric/measure'

/** How what is measured is called elsewhere: by the semantic conventions of OpenTelemetry where they have a name for it, else by one of ours. `scale`: of one of our units in theirs. */
export type MetricName = { name: string; unit: string; description: string; /** `gauge`: how much there is. `level`: the same, as one that can be added up. `counter`: how much came. */ as: 'gauge' | 'level' | 'counter'; scale?: number; attributes?: Record<string, string> }

export const METRIC_NAMES: Record<Exclude<Stored, 'latency' | StoredOwn>, MetricName> = {
  cpu: { name: 'container.cpu.usage', unit: '{cpu}', description: 'Processors used.', as: 'gauge', scale: 1 / 1_000 },
  memory: { name: 'container.memory.usage', unit: 'By', description: 'Memory used.', as: 'level' },
  processes: { name: 'easel.processes', unit: '{process}', description: 'Processes.', as: 'level' },
  network_in: { name: 'container.network.io', unit: 'By', description: 'Bytes received and sent.', as: 'counter', attributes: { 'network.io.direction': 'receive' } },
  network_out: { name: 'container.network.io', unit: 'By', description: 'Bytes received and sent.', as: 'counter', attributes: { 'network.io.direction': 'transmit' } },
  disk_read: { name: 'container.disk.io', unit: 'By', description: 'Bytes read and written.', as: 'counter', attributes: { 'disk.io.direction': 'read' } },
  disk_write: { name: 'container.disk.io', unit: 'By', description: 'Bytes read and written.', as: 'counter', attributes: { 'disk.io.direction': 'write' } },
  restarts: { name: 'easel.restarts', unit: '{restart}', description: 'Starts after the first one.', as: 'counter' },
  requests: { name: 'easel.http.requests', unit: '{request}', description: 'Requests by the class of their status.', as: 'counter' },
  errors: { name: 'easel.http.errors', unit: '{request}', description: 'Requests that failed.', as: 'counter' },
  bytes_in: { name: 'easel.http.io', unit: 'By', description: 'Bytes of requests and of answers.', as: 'counter', attributes: { 'network.io.direction': 'receive' } },
  bytes_out: { name: 'easel.http.io', unit: 'By', description: 'Bytes of requests and of answers.', as: 'counter', attributes: { 'network.io.direction': 'transmit' } },
  db_connections: { name: 'easel.database.connections', unit: '{connection}', description: 'Connections to the database.', as: 'level' },
  db_size: { name: 'easel.database.size', unit: 'By', description: 'What the database holds.', as: 'level' },
  db_lookups: { name: 'easel.database.lookups', unit: '{lookup}', description: 'Pages or keys that were asked for.', as: 'counter' },
  db_misses: { name: 'easel.database.misses', unit: '{lookup}', description: 'Those of them that were not in memory, or not there.', as: 'counter' },
  db_operations: { name: 'easel.database.operations', unit: '{operation}', description: 'Transactions or commands.', as: 'counter' },
  volume_used: { name: 'easel.volume.usage', unit: 'By', description: 'What the volume holds.', as: 'level' },
  volume_size: { name: 'easel.volume.limit', unit: 'By', description: 'What the volume may hold.', as: 'level' },
}

/** Times of answers, in seconds. */
export const LATENCY_NAME = { name: 'http.server.request.duration', unit: 's', description: 'Times to the first byte of answers.' }

/** What tells series of one origin apart. A route is a template such as `GET /users/:id`. */
export function attributesOf({ status, route, volumeId }: { status: string | null; route: string | null; volumeId: string | null }, volumeName: string | undefined): Record<string, string> {
  const [, method, path] = /^([A-Z]+) (\/.*)$/.exec(route ?? '') ?? []
  return {
    ...(status === null ? {} : { 'easel.http.status_class': status }),
    ...(route === null ? {} : method !== undefined && path !== undefined ? { 'http.request.method': method, 'http.route': path } : { 'http.route': route }),
    ...(volumeId === null ? {} : { 'easel.volume.id': volumeId, ...(volumeName === undefined ? {} : { 'easel.volume.name': volumeName }) }),
  }
}

/** Bounds of what is kept of times are factors of the fourth root of two apart; every second of them is told: half a millisecond to about ten minutes. */
const FIRST_MS = 0.5
const LAST = 40
export const BOUNDS_S: readonly number[] = Array.from({ length: LAST + 1 }, (_, i) => Number(((FIRST_MS * 2 ** (i / 2)) / 1_000).toPrecision(6)))

/** Which of them a kept bucket belongs to; the last is for what took longer. */
export function boundOf(bucket: string | null): number {
  const ms = Number(bucket)
  return Number.isFinite(ms) ? Math.min(LAST + 1, Math.max(0, Math.ceil(Math.log2(ms / FIRST_MS) * 2 - 0.05))) : LAST + 1
}
