import { noteSize, toMeasure } from '../db/queries/engine/volumes'
import { announce } from '../events/announce'
import type { Engine } from '../provisioning/engine'
import { volumeName } from '../provisioning/runtime/driver'

/** How old a measurement may become. */
const OLD_MS = 60_000
/** A volume of many files takes a while to be counted. */
const MEASURE_MS = 120_000
const AT_ONCE = 2

/** Measures what volumes hold, those that were measured longest ago first. */
export async function measureVolumes(engine: Pick<Engine, 'db' | 'targets' | 'log' | 'now'>, shutdown: AbortSignal): Promise<void> {
  const waiting = await toMeasure(engine.db, new Date(engine.now().getTime() - OLD_MS))
  const lanes = Array.from({ length: AT_ONCE }, async () => {
    for (let next = waiting.shift(); next && !shutdown.aborted; next = waiting.shift()) {
      const { id } = next
      await measureOne(engine, next, shutdown).catch((cause: unknown) => shutdown.aborted || engine.log.warn({ volume: id, cause }, 'a volume could not be measured, will try again'))
    }
  })
  await Promise.all(lanes)
}

async function measureOne({ db, targets, now }: Pick<Engine, 'db' | 'targets' | 'now'>, { id, environmentId }: { id: string; environmentId: string }, signal: AbortSignal): Promise<void> {
  const volumes = (await targets.ofEnvironment(environmentId))?.driver.volumes
  if (!volumes) return
  const sizeBytes = await volumes.sizeBytes(volumeName(id), AbortSignal.any([signal, AbortSignal.timeout(MEASURE_MS)]))
  await db.transaction(async (tx) => {
    if (await noteSize(tx, id, sizeBytes, now())) await announce(tx, { kind: 'graph', environmentId })
  })
}
