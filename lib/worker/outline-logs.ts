import { setTimeout as pause } from 'node:timers/promises'

import type { Db } from '../db/connection'
import { areStoring, beginOutline, keepOutline, linesToOutline, storingNow, withoutOutline, type Page, type Unoutlined } from '../db/queries/engine/log-blocks'
import { partitions } from '../db/queries/engine/log-partitions'
import { BLOCK_LINES, makeOutliner, type Outline } from '../domain/log-block/outline'
import { packOutline } from '../domain/log-block/packed'

/** Each outline is of so long. */
const LENGTH_MS = 5 * 60_000
/** Lines are stored a moment after their time. */
const SETTLE_MS = 45_000
/** Fewer lines are read as quickly as their outline is. */
const WORTH_LINES = 500
const PAGE_LINES = 1_000
const AT_ONCE = 40
const DAY_MS = 86_400_000
/** Days that are over are looked at as often: of them outlines miss only what came late. */
const OVER_EVERY_MS = 30 * 60_000
/** Whoever stores lines for longer is waited for in the next round. */
const WAIT_MS = 5_000
const LOOK_MS = 50

/** `worthLines`: times with fewer have none. `blockLines`: of each block. */
type Sizes = { worthLines: number; blockLines: number }
export type Outliner = { /** One look; makes what is missing, the newest first. */ round(shutdown: AbortSignal): Promise<void> }

/** Makes the outlines by which searching leaves out what it need not read. Without them it takes longer and finds the same. */
export function makeLogOutliner({ db, now }: { db: Db; now(): Date }, sizes: Sizes = { worthLines: WORTH_LINES, blockLines: BLOCK_LINES }): Outliner {
  const lookedAt = new Map<string, number>()
  return {
    async round(shutdown) {
      const settledMs = Math.floor((now().getTime() - SETTLE_MS) / LENGTH_MS) * LENGTH_MS
      const days = (await partitions(db)).map(({ day }) => Date.parse(day)).sort((a, b) => b - a)
      for (const fromMs of days) {
        const isOver = fromMs + DAY_MS <= settledMs
        const key = String(fromMs)
        if (fromMs >= settledMs || (isOver && now().getTime() - (lookedAt.get(key) ?? -Infinity) < OVER_EVERY_MS)) continue
        const wasAll = await outlineDay(db, { fromMs, untilMs: Math.min(fromMs + DAY_MS, settledMs) }, { sizes, shutdown })
        if (!wasAll) return
        if (isOver) lookedAt.set(key, now().getTime())
      }
    },
  }
}

/** False when there is more to do than was done. */
async function outlineDay(db: Db, span: { fromMs: number; untilMs: number }, { sizes, shutdown }: { sizes: Sizes; shutdown: AbortSignal }): Promise<boolean> {
  const missing = await withoutOutline(db, span, { lengthMs: LENGTH_MS, atLeast: sizes.worthLines, limit: AT_ONCE })
  for (const each of missing) {
    if (shutdown.aborted) return false
    await outlineSpan(db, each, { sizes, shutdown })
  }
  return missing.length < AT_ONCE
}

async function outlineSpan(db: Db, span: Unoutlined, { sizes, shutdown }: { sizes: Sizes; shutdown: AbortSignal }): Promise<void> {
  const attempt = await beginOutline(db, span)
  if (!(await areOver(db, await storingNow(db), shutdown))) return
  const outline = await outlineOf(db, span, { sizes, shutdown })
  if (outline !== null) await keepOutline(db, span, { outline: packOutline(outline), attempt })
}

async function areOver(db: Db, transactions: readonly string[], shutdown: AbortSignal): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < WAIT_MS && !shutdown.aborted; waitedMs += LOOK_MS) {
    if (!(await areStoring(db, transactions))) return true
    await pause(LOOK_MS)
  }
  return false
}

/** Null when it is time to stop. */
async function outlineOf(db: Db, span: Unoutlined, { sizes, shutdown }: { sizes: Sizes; shutdown: AbortSignal }): Promise<Outline | null> {
  const outliner = makeOutliner(span.fromMs, sizes.blockLines)
  let after: Page['next'] = null
  do {
    const began = performance.now()
    const page: Page = await linesToOutline(db, span, { after, limit: PAGE_LINES })
    for (const line of page.lines) outliner.add(line)
    after = page.next
    // Storing lines and everything else this process does goes first.
    await pause(Math.min(100, performance.now() - began))
    if (shutdown.aborted) return null
  } while (after !== null)
  return outliner.end(span.untilMs)
}
