import type { LogLineView } from '../contract/log'
import { linesWithin, newestIds } from '../db/queries/log-tail'
import { scanLines } from '../db/queries/log-search'
import { drawn } from '../db/queries/services'
import { questionOf, type Asked, type Question } from '../operations/log/ask'
import type { Platform } from '../operations/context'
import type { Frame, Source } from './stream-source'

/** Whom to follow, and from where: after this line, or with the newest `tail` lines before what comes. */
export type Tail = { asked: Asked; after: string | null; tail: number }

const BATCH = 200
const BUDGET_MS = 800
/** Services come and go, and so do their names. */
const SETTLE_MS = 10_000

/**
 * Lines of an environment that a filter lets through, as they come, from all services together. What a round does not send is sent
 * by the next one, by id, so that a client can go on after the last line it has.
 */
export function tailFrames(platform: Pick<Platform, 'db' | 'now'>, { asked, after, tail }: Tail): Source {
  const { db } = platform
  const { environmentId } = asked
  /** How far each service was looked at. */
  const reached = new Map<string, string>()
  /** Services of which there may be something new. */
  const told = new Set<string>()
  let question: Question | null = null
  let settledAt = 0
  let isBegun = after !== null
  let isBehind = false

  const settle = async (): Promise<Question> => {
    const isFirst = question === null
    const settled = (question = await questionOf(db, asked, platform.now()))
    settledAt = performance.now()
    const ids = (await drawn(db, environmentId)).map(({ id }) => id)
    const newest = isFirst && after === null ? await newestIds(db, environmentId, ids) : new Map<string, string>()
    for (const id of ids) {
      // One that is drawn while we look is followed from its first line on.
      if (!reached.has(id)) reached.set(id, newest.get(id) ?? (isFirst ? after : null) ?? '0')
      // A hint may have been lost: now and then everything is looked at.
      told.add(id)
    }
    return settled
  }

  /** The newest lines up to where following begins. */
  const begin = async ({ query }: Question): Promise<LogLineView[]> => {
    const { lines } = await scanLines(db, query, { isOlder: true, cursor: null, limit: Math.min(tail, BATCH), budgetMs: BUDGET_MS })
    return lines.map(({ view }) => view).filter(({ id, serviceId }) => serviceId === null || !isAfter(id, reached.get(serviceId) ?? '0')).reverse()
  }

  const goOn = async ({ query }: Question): Promise<LogLineView[]> => {
    const ends = await newestIds(db, environmentId, [...told])
    told.clear()
    const stretches = [...ends].map(([serviceId, upTo]) => ({ serviceId, after: reached.get(serviceId) ?? '0', upTo })).filter((stretch) => isAfter(stretch.upTo, stretch.after))
    const lines = await linesWithin(db, query, { stretches, limit: BATCH })
    // The page is of all services: none was looked at beyond its last line.
    const cut = lines.length === BATCH ? lines.at(-1)!.id : null
    for (const { serviceId, after: from, upTo } of stretches) {
      const isCut = cut !== null && isAfter(upTo, cut)
      if (isCut) told.add(serviceId)
      const end = isCut ? cut : upTo
      if (isAfter(end, from)) reached.set(serviceId, end)
    }
    isBehind = told.size > 0
    return lines
  }

  return {
    isBehind: () => isBehind,
    concerns(hint) {
      if (hint.kind !== 'log' || !reached.has(hint.serviceId)) return false
      told.add(hint.serviceId)
      return true
    },
    async next(): Promise<Frame[]> {
      const asking = question === null || performance.now() - settledAt >= SETTLE_MS ? await settle() : question
      const lines = isBegun ? await goOn(asking) : await begin(asking)
      // What has come meanwhile follows at once.
      if (!isBegun) isBegun = isBehind = true
      return lines.map((line) => ({ id: line.id, event: 'line', data: line }))
    },
  }
}

/** Ids are decimal numbers too large for a number. */
function isAfter(a: string, b: string): boolean {
  return a.length === b.length ? a > b : a.length > b.length
}
