import { wake } from '../db/queries/engine/verdicts'
import { announce } from '../events/announce'
import type { Engine } from '../provisioning/engine'
import { enqueue } from '../queue/jobs'

const WAIT_MS = 20_000
/** After a proxy that could not be asked. */
const PATIENCE_MS = 25_000

/** Waits until somebody asks for a service that sleeps, and wakes it. What it is asked for is held by the proxy until then. */
export async function wakeSleepers(engine: Pick<Engine, 'db' | 'ingress' | 'now' | 'log'>, shutdown: AbortSignal): Promise<void> {
  const ids = await engine.ingress.wanted(WAIT_MS, AbortSignal.any([shutdown, AbortSignal.timeout(PATIENCE_MS)])).catch((cause: unknown) => {
    if (!shutdown.aborted) engine.log.debug({ cause }, 'the ingress did not say which services are wanted')
    return []
  })
  if (ids.length === 0) return
  const woken = await engine.db.transaction(async (tx) => {
    const rows = await wake(tx, ids, engine.now())
    for (const environmentId of new Set(rows.map((row) => row.environmentId))) {
      await enqueue(tx, { task: 'reconcile', environmentId })
      await announce(tx, { kind: 'graph', environmentId })
    }
    return rows
  })
  for (const { id } of woken) engine.log.info({ service: id }, 'a sleeping service is woken')
}
