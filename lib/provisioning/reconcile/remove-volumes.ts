import type { EnvironmentRows } from '../../db/queries/engine/desired'
import { remove, type VolumeRow } from '../../db/queries/engine/volumes'
import { announce } from '../../events/announce'
import { record } from '../../events/record'
import type { TargetEngine } from '../engine'
import { after } from '../planner/world'
import { volumeName } from '../runtime/driver'
import { part } from '../step-in'
import type { Outcome } from './outcome'
import { sentenceOf } from './trouble'

const AGAIN_MS = 2_000
const REMOVE_MS = 60_000

/** Takes away what is deleted, with its bytes: volumes that somebody deleted, and all of an environment that nothing runs in any more. */
export async function removeVolumes(engine: TargetEngine, rows: EnvironmentRows, signal: AbortSignal): Promise<Outcome> {
  const isOver = rows.environment === null || (rows.environment.deleted && rows.services.length === 0)
  const gone = rows.volumes.filter((row) => isOver || row.deletedAt !== null)
  let outcome: Outcome = { changed: false, look: null }
  for (const volume of gone) {
    try {
      await part(engine, 'step:remove_volume', () => removeOne(engine, rows, volume, signal))
      outcome = { ...outcome, changed: true }
    } catch (cause) {
      if (signal.aborted) throw cause
      engine.log.warn({ volume: volume.id, cause }, 'a volume could not be removed, will try again')
      outcome = { ...outcome, look: { at: after(engine.now(), AGAIN_MS), why: 'a volume could not be removed' }, trouble: `The volume ${volume.name} could not be removed. ${sentenceOf(cause)}` }
    }
  }
  return outcome
}

async function removeOne(engine: TargetEngine, { environment }: EnvironmentRows, volume: VolumeRow, signal: AbortSignal): Promise<void> {
  await engine.driver.volumes?.remove(volumeName(volume.id), AbortSignal.any([signal, AbortSignal.timeout(REMOVE_MS)]))
  await engine.at?.('step:remove_volume:during')
  await engine.db.transaction(async (tx) => {
    if (!(await remove(tx, volume.id))) return
    await record(tx, 'platform', { type: 'volume.removed', subject: volume.name, organizationId: environment?.organizationId ?? null, projectId: environment?.projectId ?? null, environmentId: volume.environmentId })
    await announce(tx, { kind: 'graph', environmentId: volume.environmentId })
  })
}
