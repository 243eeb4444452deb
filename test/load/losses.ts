import type { Database } from '../../lib/db/connection'

/** Something that was asked for and not given. */
export type Loss = { at: Date; what: string; why: string }

/** A deployment and the times, in milliseconds since 1970, that say what it had to answer for. */
export type Version = { id: string; number: number; status: string; activatedAt: number | null; retiredAt: number | null; pauseMs: number | null }

/** Most losses have one cause: so many show it. */
const MOST_TOLD = 30

export async function versions({ sql }: Database): Promise<Version[]> {
  return sql<Version[]>`
    select id, number, status, extract(epoch from activated_at)::float8 * 1000 as "activatedAt", extract(epoch from retired_at)::float8 * 1000 as "retiredAt", pause_ms as "pauseMs"
    from deployments order by number`
}

/** Losses as lines, each with how long before it traffic had moved. */
export function tell(losses: readonly Loss[], known: readonly Version[]): string[] {
  const lines = [...losses]
    .sort((a, b) => a.at.getTime() - b.at.getTime())
    .slice(0, MOST_TOLD)
    .map(({ at, what, why }) => `${at.toISOString()} ${what}: ${why} (${since(at, known)})`)
  return losses.length > MOST_TOLD ? [...lines, `and ${losses.length - MOST_TOLD} more`] : lines
}

function since(at: Date, known: readonly Version[]): string {
  const last = known.findLast(({ activatedAt }) => activatedAt !== null && activatedAt <= at.getTime())
  return last ? `${Math.round(at.getTime() - last.activatedAt!)} ms after version ${last.number} became active` : 'before any version was active'
}
