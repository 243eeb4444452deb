import { z } from 'zod'

import type { Use } from '../driver'
import { absentAsNull, listOurs } from './containers'
import { LABEL } from './names'
import type { Room } from './room'

// What containers use, from the engine's counters. A share of the processors is a difference: the sample before is kept.

/** The processor time a container had used at a moment. */
export type Sample = { container: string; atMs: number; cpuNs: number; cpuMilli: number | null }

const Count = z.number().nullish()
const Stats = z.object({
  read: z.coerce.date(),
  memory_stats: z.object({ usage: Count, limit: Count, stats: z.record(z.string(), z.number()).nullish() }),
  cpu_stats: z.object({ cpu_usage: z.object({ total_usage: z.number() }) }),
  pids_stats: z.object({ current: Count, limit: Count }).nullish(),
  blkio_stats: z.object({ io_service_bytes_recursive: z.array(z.object({ op: z.string(), value: z.number() })).nullish() }).nullish(),
  networks: z.record(z.string(), z.object({ rx_bytes: z.number(), tx_bytes: z.number() })).nullish(),
})

const Limits = z.object({ HostConfig: z.object({ Memory: z.number(), NanoCpus: z.number().nullish(), PidsLimit: z.number().nullish() }) })
const AT_ONCE = 8
/** Two looks that follow each other faster say the same. */
const SHORTEST_MS = 200

export async function measure(room: Room, signal: AbortSignal): Promise<Use[]> {
  const running = (await listOurs(room, signal)).filter(({ State, Labels }) => State === 'running' && Labels[LABEL.name] !== undefined)
  const names = new Set(running.map(({ Labels }) => Labels[LABEL.name]!))
  for (const name of room.samples.keys()) if (!names.has(name)) room.samples.delete(name)
  const uses: Use[] = []
  for (let from = 0; from < running.length; from += AT_ONCE) {
    uses.push(...(await Promise.all(running.slice(from, from + AT_ONCE).map(({ Id, Labels }) => measureOne(room, { id: Id, labels: Labels }, signal)))).filter((use) => use !== null))
  }
  return uses
}

async function measureOne(room: Room, { id, labels }: { id: string; labels: Record<string, string> }, signal: AbortSignal): Promise<Use | null> {
  const [stats, limits] = await Promise.all([
    absentAsNull(room.api.json({ method: 'GET', path: `/containers/${id}/stats`, query: { stream: false, 'one-shot': true }, signal }, Stats)),
    absentAsNull(room.api.json({ method: 'GET', path: `/containers/${id}/json`, signal }, Limits)),
  ])
  // It ended while it was asked.
  if (stats === null || limits === null || stats.read.getTime() <= 0) return null
  const { Memory, NanoCpus, PidsLimit } = limits.HostConfig
  const networks = Object.values(stats.networks ?? {})
  const name = labels[LABEL.name] ?? ''
  return {
    name,
    environmentId: labels[LABEL.environment] ?? '',
    serviceId: labels[LABEL.service] ?? '',
    deploymentId: labels[LABEL.deployment] ?? '',
    part: labels[LABEL.part] ?? '',
    at: stats.read,
    memoryBytes: memoryOf(stats.memory_stats),
    memoryLimitBytes: Memory > 0 ? Memory : null,
    cpuMilli: cpuSince(room, name, { container: id, atMs: stats.read.getTime(), cpuNs: stats.cpu_stats.cpu_usage.total_usage }),
    cpuLimitMilli: NanoCpus ? Math.round(NanoCpus / 1_000_000) : null,
    pids: stats.pids_stats?.current ?? null,
    pidsLimit: PidsLimit && PidsLimit > 0 ? PidsLimit : null,
    receivedBytes: networks.length === 0 ? null : networks.reduce((sum, { rx_bytes: bytes }) => sum + bytes, 0),
    sentBytes: networks.length === 0 ? null : networks.reduce((sum, { tx_bytes: bytes }) => sum + bytes, 0),
    readBytes: diskBytes(stats.blkio_stats, 'read'),
    writtenBytes: diskBytes(stats.blkio_stats, 'write'),
  }
}

/** Without what the kernel keeps of files and gives back when memory is short: by its two versions of control groups. */
function memoryOf({ usage, stats }: z.infer<typeof Stats>['memory_stats']): number {
  const cache = stats?.total_inactive_file ?? stats?.inactive_file ?? 0
  return Math.max(0, (usage ?? 0) - cache)
}

/** Of all disks; none of them is named before it is used. Engines write their operations large or small. */
function diskBytes(stats: z.infer<typeof Stats>['blkio_stats'], operation: 'read' | 'write'): number | null {
  if (!stats) return null
  return (stats.io_service_bytes_recursive ?? []).filter(({ op }) => op.toLowerCase() === operation).reduce((sum, { value }) => sum + value, 0)
}

function cpuSince({ samples }: Room, name: string, now: Omit<Sample, 'cpuMilli'>): number | null {
  const before = samples.get(name)
  if (before?.container === now.container && now.atMs - before.atMs < SHORTEST_MS) return before.cpuMilli
  const isNext = before?.container === now.container && now.cpuNs >= before.cpuNs
  const cpuMilli = isNext ? Math.round(((now.cpuNs - before.cpuNs) / 1_000_000 / (now.atMs - before.atMs)) * 1000) : null
  samples.set(name, { ...now, cpuMilli })
  return cpuMilli
}
