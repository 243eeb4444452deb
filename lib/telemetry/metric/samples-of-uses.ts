import type { MetricSample } from '../../db/queries/engine/metrics'
import type { Stored } from '../../domain/metric/measure'
import type { Use } from '../../provisioning/runtime/driver'
import type { Counters } from './counters'

type Level = { measure: 'cpu' | 'memory' | 'processes'; value: number | null; limit: number | null }

/**
 * Samples of what workloads use at a moment. Runs of a service are told apart by nobody for long, and there is no end of them: they are one part, `run`.
 * What one workload of a part does not tell is missing of the part.
 */
export function samplesOfUses(uses: readonly Use[], counters: Counters, at: Date): MetricSample[] {
  const samples: MetricSample[] = []
  const parts = new Map<string, Use[]>()
  for (const use of uses) {
    const key = `${use.deploymentId} ${partOf(use)}`
    parts.set(key, [...(parts.get(key) ?? []), use])
    for (const [measure, total] of countsOf(use)) {
      const value = total === null ? null : counters.increase(`${measure} ${use.name}`, total, at)
      if (value !== null) samples.push({ measure, labels: labelsOf(use), at, value })
    }
  }
  for (const part of parts.values()) {
    for (const [index, { measure }] of levelsOf(part[0]!).entries()) {
      const value = together(part.map((use) => levelsOf(use)[index]!.value))
      if (value !== null) samples.push({ measure, labels: labelsOf(part[0]!), at, value, limit: together(part.map((use) => levelsOf(use)[index]!.limit)) })
    }
  }
  return samples
}

function labelsOf(use: Use): MetricSample['labels'] {
  const { environmentId, serviceId, deploymentId } = use
  return { environmentId, serviceId, deploymentId, part: partOf(use) }
}

/** A replica by its number, and what prepares a deployment by its name. */
function partOf({ part }: Use): string {
  return part.startsWith('run_') ? 'run' : part
}

function levelsOf({ cpuMilli, cpuLimitMilli, memoryBytes, memoryLimitBytes, pids, pidsLimit }: Use): Level[] {
  return [
    { measure: 'cpu', value: cpuMilli, limit: cpuLimitMilli },
    { measure: 'memory', value: memoryBytes, limit: memoryLimitBytes },
    { measure: 'processes', value: pids, limit: pidsLimit },
  ]
}

function countsOf({ receivedBytes, sentBytes, readBytes, writtenBytes }: Use): [Exclude<Stored, 'latency' | 'own_bucket'>, number | null][] {
  return [
    ['network_in', receivedBytes],
    ['network_out', sentBytes],
    ['disk_read', readBytes],
    ['disk_write', writtenBytes],
  ]
}

function together(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>((sum, value) => (sum === null || value === null ? null : sum + value), 0)
}
