import { CHANNEL, type Hint } from '../../events/announce'
import type { HeldLock } from '../../db/queries/engine/advisory-lock'
import { isProgressing } from '../../domain/deployment-status'
import * as deployments from '../../db/queries/engine/deployments'
import type { Engine } from '../engine'
import { Interruption } from './run'

const LOOK_MS = 2_000

export type Cancellations = {
  /** Calls back once when this deployment is asked to stop. */
  onCancel(deploymentId: string, callback: () => void): () => void
  close(): Promise<void>
}

/** Listens for requests to cancel, on one connection for all builds. A lost request is found by looking. */
export async function listenForCancellations(sql: Engine['sql']): Promise<Cancellations> {
  const waiting = new Map<string, () => void>()
  const { unlisten } = await sql.listen(CHANNEL, (payload) => {
    const hint = JSON.parse(payload) as Hint
    if (hint.kind === 'cancel') waiting.get(hint.deploymentId)?.()
  })
  return {
    onCancel(deploymentId, callback) {
      waiting.set(deploymentId, callback)
      return () => waiting.delete(deploymentId)
    },
    close: unlisten,
  }
}

/** A signal that aborts when the deployment is no longer on its way, the worker shuts down, or another one has taken over. */
export function watchCancel(engine: Engine, deploymentId: string, sources: { shutdown: AbortSignal; cancellations: Cancellations; lock: Pick<HeldLock, 'hold'> }): { signal: AbortSignal; stop(): void } {
  const controller = new AbortController()
  const look = async () => {
    const status = await deployments.statusOf(engine.db, deploymentId)
    if (status === null || !isProgressing(status)) controller.abort(new Interruption('cancelled'))
    if (!(await sources.lock.hold())) controller.abort(new Interruption('lost'))
  }
  const lookQuietly = () => void look().catch((cause: unknown) => engine.log.warn({ deployment: deploymentId, cause }, 'could not look whether a deployment is still wanted'))
  const onShutdown = () => controller.abort(new Interruption('shutdown'))
  if (sources.shutdown.aborted) onShutdown()
  sources.shutdown.addEventListener('abort', onShutdown, { once: true })
  const unlisten = sources.cancellations.onCancel(deploymentId, lookQuietly)
  const timer = setInterval(lookQuietly, LOOK_MS)
  // What was asked for before anybody listened.
  lookQuietly()
  return {
    signal: controller.signal,
    stop() {
      clearInterval(timer)
      unlisten()
      sources.shutdown.removeEventListener('abort', onShutdown)
    },
  }
}
