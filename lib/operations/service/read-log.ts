import type { LogLineView, LogPage } from '../../contract/log'
import type { Db } from '../../db/connection'
import { hasBefore, linesAfter, linesBefore, type LogScope } from '../../db/queries/logs'

type Range = { after?: string | undefined; before?: string | undefined; limit: number }

/** One page of a log: forwards from `after`, backwards from `before`, or the newest. */
export async function readLog(db: Db, scope: LogScope, { after, before, limit }: Range): Promise<LogPage> {
  if (after !== undefined) {
    const lines = within(await linesAfter(db, scope, after, limit), before)
    const first = lines[0]
    return { lines, cursor: lines.at(-1)?.id ?? after, hasBefore: await hasBefore(db, scope, first?.id ?? before ?? GREATEST) }
  }
  const lines = await linesBefore(db, scope, before ?? null, limit + 1)
  const shown = lines.slice(-limit)
  return { lines: shown, cursor: shown.at(-1)?.id ?? null, hasBefore: lines.length > limit }
}

const GREATEST = String(2n ** 63n - 1n)

/** With both given: the lines between. */
function within(lines: LogLineView[], before: string | undefined): LogLineView[] {
  return before === undefined ? lines : lines.filter((line) => BigInt(line.id) < BigInt(before))
}
