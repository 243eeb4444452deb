import { keepNewest } from '../db/queries/engine/uses'
import type { Engine } from '../provisioning/engine'
import { measureAll } from '../provisioning/everywhere'

const ASK_MS = 8_000
/** What was not measured again for so long does not run, or cannot be reached. */
const OLD_MS = 60_000

/** One look at what everything uses; the newest sample of each workload is kept, and nothing else. */
export async function takeUse(engine: Pick<Engine, 'db' | 'targets' | 'log' | 'now'>): Promise<void> {
  const uses = await measureAll(engine, AbortSignal.timeout(ASK_MS))
  const at = engine.now()
  // By our clock: an engine on another machine may have another one.
  const rows = uses.map(({ environmentId: _environmentId, ...use }) => ({ ...use, at }))
  await keepNewest(engine.db, rows, new Date(at.getTime() - OLD_MS))
}
