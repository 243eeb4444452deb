import type { Log } from '../../log'

export type Watchers = {
  /** Calls back until the function returned is called. The same function given twice is two watchers. */
  watch(onChange: (environmentId: string) => void): () => void
  /** Tells all of them; one that fails hinders no other one. */
  changed(environmentId: string): void
  clear(): void
}

/** Who wants to know when a driver would see something new. */
export function makeWatchers(log: Log): Watchers {
  const watchers = new Set<(environmentId: string) => void>()
  return {
    watch(onChange) {
      const watcher = (environmentId: string) => onChange(environmentId)
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    changed(environmentId) {
      for (const watcher of watchers) {
        try {
          watcher(environmentId)
        } catch (cause) {
          log.warn({ environment: environmentId, cause }, 'a watcher of the runtime failed')
        }
      }
    },
    clear: () => watchers.clear(),
  }
}
