import * as cursors from '../db/queries/engine/log-cursors'
import type { Log } from '../log'
import type { LogFile, RuntimeDriver, WorkloadRef } from '../provisioning/runtime/driver'
import { fileKey, ingestFile, type Ingest } from './ingest-file'

// Follows the captured output of everything that runs. Files are read in turn, one chunk each, so that one that floods
// does not silence the others.

const TICK_MS = 200
/** How long the list of files is believed without a hint from the runtime. */
const LIST_MS = 1_000
const LOOK_TIMEOUT_MS = 10_000
const MAX_CHUNKS_TO_DRAIN = 10_000

export type Collector = {
  /** One look at every file. */
  collect(): Promise<void>
  /** Stores everything a workload has printed, a last line without an end included. */
  drain(ref: WorkloadRef): Promise<void>
  /** Forgets how far the files of a workload were read: they are gone, or are about to begin anew. */
  forget(ref: WorkloadRef): Promise<void>
  /** Looks again and again until the returned function is called; that resolves when the last look is over. */
  run(): () => Promise<void>
}

export type CollectorOptions = Ingest & { driver: RuntimeDriver; log: Log }

export function makeCollector(options: CollectorOptions): Collector {
  const { driver, log, db, dataDir } = options
  const positions = new Map<string, number>()
  let files: LogFile[] = []
  let listedAt = 0

  const list = async (): Promise<LogFile[]> => {
    if (Date.now() - listedAt < LIST_MS) return files
    files = await driver.logFiles(AbortSignal.timeout(LOOK_TIMEOUT_MS))
    listedAt = Date.now()
    const present = new Set(files.map((file) => file.path))
    for (const path of positions.keys()) if (!present.has(path)) positions.delete(path)
    return files
  }

  const ingest = async (file: LogFile, final: boolean): Promise<boolean> => {
    const { position, more } = await ingestFile(options, file, { from: final ? null : (positions.get(file.path) ?? null), final })
    positions.set(file.path, position)
    return more
  }

  const collect = async () => {
    for (const file of await list()) {
      await ingest(file, false).catch((cause: unknown) => log.warn({ file: fileKey(dataDir, file.path), cause }, 'captured output could not be stored, will try again'))
    }
  }

  const filesOf = async (ref: WorkloadRef) => (await driver.logFiles(AbortSignal.timeout(LOOK_TIMEOUT_MS))).filter((file) => file.name === ref.name)

  return {
    collect,
    async drain(ref) {
      for (const file of await filesOf(ref)) {
        for (let chunks = 0; chunks < MAX_CHUNKS_TO_DRAIN && (await ingest(file, true)); chunks++);
      }
    },
    async forget(ref) {
      await cursors.removeOfWorkload(db, ref.name)
      for (const path of positions.keys()) if (path.includes(`/${ref.name}/`)) positions.delete(path)
    },
    run() {
      const unwatch = driver.watch(() => (listedAt = 0))
      let stopped = false
      let wake: () => void = () => {}
      const loop = (async () => {
        while (!stopped) {
          await collect().catch((cause: unknown) => log.warn({ cause }, 'captured output could not be looked at, will try again'))
          if (stopped) return
          await new Promise<void>((resolve) => {
            wake = resolve
            setTimeout(resolve, TICK_MS)
          })
        }
      })()
      return async () => {
        stopped = true
        wake()
        unwatch()
        await loop
      }
    },
  }
}
