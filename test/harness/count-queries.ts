import type { Database } from '../../lib/db/connection'

export type Query = { text: string; parameters: unknown[] }

// The client calls this for each query that it sends, once an option names somebody to call.
type Watched = { options: { debug: unknown } }

/** The queries that some work sends through the pool of a database; those on connections that are held for locks are not seen. */
export async function queriesOf({ sql }: Database, work: () => Promise<unknown>): Promise<Query[]> {
  const queries: Query[] = []
  const { options } = sql as unknown as Watched
  options.debug = (_: number, text: string, parameters: unknown[]) => void queries.push({ text, parameters })
  try {
    await work()
  } finally {
    options.debug = false
  }
  return queries
}
