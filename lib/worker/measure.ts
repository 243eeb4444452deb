import { runningDatabases } from '../db/queries/engine/database-places'
import { restartsOfAll, sizesOfVolumes } from '../db/queries/engine/measured'
import { record, type MetricSample } from '../db/queries/engine/metrics'
import { isAppError } from '../errors'
import type { Engine } from '../provisioning/engine'
import type { Use } from '../provisioning/runtime/driver'
import { makeCounters } from '../telemetry/metric/counters'
import { samplesOfUses } from '../telemetry/metric/samples-of-uses'
import { lookAtDatabase, type DatabaseReach } from './look-at-database'

// Keeps what is measured, look by look. What counters had come to is remembered by the worker that leads: when another one takes over, what came
// in between is a gap.

/** Looks ten seconds apart belong together when one or two of them fail. */
const LOOKS_MS = 35_000
/** Databases are looked at once a minute. */
const DATABASE_LOOKS_MS = 150_000
/** What a volume holds is measured once a minute, where that does not take long. */
const SIZE_MS = 180_000
const DATABASES_AT_ONCE = 4
const MIB = 1_048_576

export type Measurer = {
  /** Keeps what was found that workloads use, how often they were started again, and what volumes hold. */
  keep(uses: readonly Use[], at: Date): Promise<void>
  /** Asks every database that runs how it is. */
  askDatabases(shutdown: AbortSignal): Promise<void>
}

/** What measures for one worker, as long as that leads. */
export function makeMeasurer({ db, now, log }: Pick<Engine, 'db' | 'now' | 'log'>, reach: DatabaseReach): Measurer {
  const counters = makeCounters({ maxGapMs: LOOKS_MS })
  const ofDatabases = makeCounters({ maxGapMs: DATABASE_LOOKS_MS })

  const restarts = async (at: Date): Promise<MetricSample[]> =>
    (await restartsOfAll(db)).flatMap(({ name, environmentId, serviceId, deploymentId, part, restarts: total, firstSeenAt }) => {
      const value = counters.increase(`restarts ${name}`, total, at, firstSeenAt)
      return value === null ? [] : [{ measure: 'restarts', labels: { environmentId, serviceId, deploymentId, part }, at, value }]
    })

  const sizes = async (at: Date): Promise<MetricSample[]> =>
    (await sizesOfVolumes(db, new Date(at.getTime() - SIZE_MS))).flatMap(({ id, environmentId, serviceId, sizeBytes, limitMib }) => {
      const labels = { environmentId, volumeId: id, ...(serviceId === null ? {} : { serviceId }) }
      const limit = limitMib === null ? null : limitMib * MIB
      return [{ measure: 'volume_used' as const, labels, at, value: sizeBytes ?? Number.NaN, limit }, ...(limit === null ? [] : [{ measure: 'volume_size' as const, labels, at, value: limit }])]
    })

  const askOne = async ({ serviceId, environmentId }: { serviceId: string; environmentId: string }): Promise<MetricSample[]> => {
    const { connections, sizeBytes, cache, operations } = await lookAtDatabase(reach, serviceId)
    const at = now()
    const labels = { environmentId, serviceId }
    const level = (measure: 'db_connections' | 'db_size', value: number | null, limit: number | null): MetricSample[] => (value === null ? [] : [{ measure, labels, at, value, limit }])
    const count = (measure: 'db_lookups' | 'db_misses' | 'db_operations', total: number | null): MetricSample[] => {
      const value = total === null ? null : ofDatabases.increase(`${measure} ${serviceId}`, total, at)
      return value === null ? [] : [{ measure, labels, at, value }]
    }
    return [...level('db_connections', connections.used, connections.allowed), ...level('db_size', sizeBytes, null), ...count('db_lookups', cache.lookups), ...count('db_misses', cache.misses), ...count('db_operations', operations)]
  }

  return {
    async keep(uses, at) {
      const samples = [...samplesOfUses(uses, counters, at), ...(await restarts(at)), ...(await sizes(at))]
      counters.end(at)
      await record(db, samples)
    },
    async askDatabases(shutdown) {
      const waiting = await runningDatabases(db)
      const lanes = Array.from({ length: DATABASES_AT_ONCE }, async () => {
        for (let next = waiting.shift(); next && !shutdown.aborted; next = waiting.shift()) {
          const { serviceId } = next
          // One that does not answer has a gap; that it does not is told where its service is.
          const samples = await askOne(next).catch((cause: unknown) => {
            if (!isAppError(cause)) log.debug({ service: serviceId, cause }, 'a database does not say how it is')
            return []
          })
          await record(db, samples)
        }
      })
      await Promise.all(lanes)
      ofDatabases.end(now())
    },
  }
}
