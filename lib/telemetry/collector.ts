import * as cursors from '../db/queries/engine/log-cursors'
import type { Log } from '../log'
import type { LogFile, RuntimeDriver, WorkloadRef } from '../provisioning/runtime/driver'
import { NOTHING_DROPPED, TIGHT_BOUNDS, USUAL_BOUNDS, type Bounds, type Dropped } from './flood'
import { fileKey, ingestFile, isSettled, type Ingest } from './ingest-file'

// Follows the captured output of everything that runs. Files are read in turn, one chunk each, so that one that floods
// does not silence the others; and one that floods is read seldom, and kept from filling the disk meanwhile.

/** Between two looks: when there was something in the last one, and when not. */
const BUSY_TICK_MS = 50
const TICK_MS = 100
/** Lines that are stored at once, of a file that is alone and of one while others wait for their turn. */
const LINES_ALONE = 8_000
const LINES_AMONG_OTHERS = 1_500
/** How long the list of files is believed without a hint from the runtime. */
const LIST_MS = 1_000
const LOOK_TIMEOUT_MS = 10_000
/** How often lines are taken from a file of which some had to be dropped: storing them is work that others have to wait for. */
const FLOOD_PAUSE_MS = 5_000
/** The end of a workload waits no longer than this for what it has printed. */
const DRAIN_MS = 10_000

export type Collector = {
  /** One look at every file. */
  collect(): Promise<void>
  /** Stores everything a workload has printed, a last line without an end included; of what takes too long only the end. */
  drain(ref: WorkloadRef): Promise<void>
  /** Forgets how far the files of a workload were read: they are gone, or are about to begin anew. */
  forget(ref: WorkloadRef): Promise<void>
  /** Looks again and again until the returned function is called; that resolves when the last look is over. */
  run(): () => Promise<void>
}

/** A file of which more was printed than could be stored. */
type Flood = { /** By our clock that never jumps: no lines are taken before. */ pauseUntil: number; /** Dropped, and not yet said. */ owed: Dropped }

/** `driver`: of one target, or of all of them together. */
export type CollectorOptions = Ingest & { driver: Pick<RuntimeDriver, 'logFiles' | 'watch'>; log: Log }

export function makeCollector(options: CollectorOptions): Collector {
  const { driver, log, db, dataDir } = options
  const positions = new Map<string, number>()
  const floods = new Map<string, Flood>()
  let files: LogFile[] = []
  let listedAt = Number.NEGATIVE_INFINITY
  /** In how many files there was something in the last look. */
  let busy = 0

  const list = async (): Promise<LogFile[]> => {
    if (performance.now() - listedAt < LIST_MS) return files
    files = await driver.logFiles(AbortSignal.timeout(LOOK_TIMEOUT_MS))
    listedAt = performance.now()
    const present = new Set(files.map((file) => file.path))
    for (const known of [positions, floods]) for (const path of known.keys()) if (!present.has(path)) known.delete(path)
    return files
  }

  /** Stores the next lines of a file. Answers whether there was anything to look at. */
  const collectFrom = async (file: LogFile): Promise<boolean> => {
    const flood = floods.get(file.path)
    if (!flood && isSettled(file, positions.get(file.path))) return false
    const isPause = flood !== undefined && performance.now() < flood.pauseUntil
    const from = positions.get(file.path) ?? null
    const { position, dropped, owed } = await ingestFile(options, file, { from, final: false, bounds: USUAL_BOUNDS, onlyBound: isPause, owed: flood?.owed ?? NOTHING_DROPPED, mostLines: busy > 1 ? LINES_AMONG_OTHERS : LINES_ALONE })
    positions.set(file.path, position)
    if (isPause) floods.set(file.path, { ...flood, owed })
    else if (dropped.bytes > 0 || (flood && flood.owed.bytes > 0)) floods.set(file.path, { pauseUntil: performance.now() + FLOOD_PAUSE_MS, owed })
    else floods.delete(file.path)
    return !isPause
  }

  /** One chunk of a file whose workload has ended. Answers whether there is more. */
  const drainFrom = async (file: LogFile, bounds: Bounds): Promise<boolean> => {
    const { position, more, owed } = await ingestFile(options, file, { from: null, final: true, bounds, onlyBound: false, owed: floods.get(file.path)?.owed ?? NOTHING_DROPPED, mostLines: LINES_ALONE })
    positions.set(file.path, position)
    floods.set(file.path, { pauseUntil: 0, owed })
    return more
  }

  const collect = async () => {
    let found = 0
    for (const file of await list()) {
      const isBusy = await collectFrom(file).catch((cause: unknown) => log.warn({ file: fileKey(dataDir, file.path), cause }, 'captured output could not be stored, will try again'))
      if (isBusy === true) found++
    }
    busy = found
  }

  const filesOf = async (ref: WorkloadRef) => (await driver.logFiles(AbortSignal.timeout(LOOK_TIMEOUT_MS))).filter((file) => file.name === ref.name)

  return {
    collect,
    async drain(ref) {
      const until = performance.now() + DRAIN_MS
      for (const file of await filesOf(ref)) {
        // What still prints when all the time is up was not ended.
        while (performance.now() < until + DRAIN_MS && (await drainFrom(file, performance.now() < until ? USUAL_BOUNDS : TIGHT_BOUNDS)));
      }
    },
    async forget(ref) {
      await cursors.removeOfWorkload(db, ref.name)
      for (const known of [positions, floods]) for (const path of known.keys()) if (path.includes(`/${ref.name}/`)) known.delete(path)
    },
    run() {
      const unwatch = driver.watch(() => (listedAt = Number.NEGATIVE_INFINITY))
      let stopped = false
      let wake: () => void = () => {}
      const loop = (async () => {
        while (!stopped) {
          await collect().catch((cause: unknown) => log.warn({ cause }, 'captured output could not be looked at, will try again'))
          if (stopped) return
          await new Promise<void>((resolve) => {
            wake = resolve
            setTimeout(resolve, busy > 0 ? BUSY_TICK_MS : TICK_MS)
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
