import { keepNewest } from '../db/queries/engine/uses'
import type { Engine } from '../provisioning/engine'
import { measureAll } from '../provisioning/everywhere'
import type { Measurer } from './measure'

const ASK_MS = 8_000
/** What was not measured again for so long does not run, or cannot be reached. */
const OLD_MS = 60_000

/** One look at what everything uses: the newest sample of each workload is kept to be shown, and all of it by the measurer. */
export async function takeUse(engine: Pick<Engine, 'db' | 'targets' | 'log' | 'now'>, measurer: Pick<Measurer, 'keep'>): Promise<void> {
  // Of the moment it was asked for, however long some take to answer.
  const at = engine.now()
  const uses = await measureAll(engine, AbortSignal.timeout(ASK_MS))
  // By our clock: an engine on another machine may have another one.
  const rows = uses.map(({ environmentId: _environmentId, ...use }) => ({ ...use, at }))
  await keepNewest(engine.db, rows, new Date(at.getTime() - OLD_MS))
  await measurer.keep(uses, at)
}
