import { CHANNEL, type Hint } from '../events/announce'
import type { Engine } from './engine'

// Work that somebody may cancel, that another worker may have taken over, or that the worker's end ends.

const LOOK_MS = 2_000

export type Cancellations = {
  /** Calls back when this deployment, snapshot or restore is asked to stop. */
  onCancel(id: string, callback: () => void): () => void
  close(): Promise<void>
}

/** Listens for requests to cancel, on one connection for all work. A lost request is found by looking. */
export async function listenForCancellations(sql: Engine['sql']): Promise<Cancellations> {
  const waiting = new Map<string, Set<() => void>>()
  const { unlisten } = await sql.listen(CHANNEL, (payload) => {
    const hint = JSON.parse(payload) as Hint
    if (hint.kind === 'cancel') for (const callback of waiting.get(hint.id) ?? []) callback()
  })
  return {
    onCancel(id, callback) {
      const callbacks = waiting.get(id) ?? new Set()
      waiting.set(id, callbacks.add(callback))
      return () => {
        callbacks.delete(callback)
        if (callbacks.size === 0 && waiting.get(id) === callbacks) waiting.delete(id)
      }
    },
    close: unlisten,
  }
}

export type Watched = {
  shutdown: AbortSignal
  cancellations: Cancellations
  /** Why the work is to end; null while it is to go on. */
  look(): Promise<Error | null>
  /** Why it ends with the worker. */
  ending: Error
}

/** A signal that aborts when a piece of work is no longer to go on. */
export function watchWanted(engine: Pick<Engine, 'log'>, id: string, { shutdown, cancellations, look, ending }: Watched): { signal: AbortSignal; stop(): void } {
  const controller = new AbortController()
  const lookQuietly = () =>
    void look().then(
      (reason) => reason && controller.abort(reason),
      (cause: unknown) => engine.log.warn({ of: id, cause }, 'could not look whether a piece of work is still wanted'),
    )
  const onShutdown = () => controller.abort(ending)
  if (shutdown.aborted) onShutdown()
  shutdown.addEventListener('abort', onShutdown, { once: true })
  const unlisten = cancellations.onCancel(id, lookQuietly)
  const timer = setInterval(lookQuietly, LOOK_MS)
  // What was asked for before anybody listened.
  lookQuietly()
  return {
    signal: controller.signal,
    stop() {
      clearInterval(timer)
      unlisten()
      shutdown.removeEventListener('abort', onShutdown)
    },
  }
}
