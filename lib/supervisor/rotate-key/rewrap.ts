import type { Sql } from 'postgres'

import type { Seal } from '../../secrets/seal'
import { SEALED_COLUMNS, type SealedColumn } from '../../secrets/sealed-columns'

const BATCH = 500

export type Rewrapped = { /** Values that have the present key now and had another one before. */ done: number; /** `table.column id` of what does not open with any key. */ unreadable: string[] }

/**
 * Has every sealed value of the database opened by the present key alone. Each batch is a transaction: ended at any point, it is
 * begun again and finds what is left. Written only over what was read.
 */
export async function rewrapAll(sql: Sql, seal: Seal, onBatch: (column: string, done: number) => void | Promise<void> = () => {}): Promise<Rewrapped> {
  const total: Rewrapped = { done: 0, unreadable: [] }
  for (const column of SEALED_COLUMNS) {
    for (let after: string | null = ''; after !== null; ) {
      after = await rewrapBatch({ sql, seal, column, total }, after)
      await onBatch(`${column.table}.${column.column}`, total.done)
    }
  }
  return total
}

/** The id of the last row it looked at; null when there were no more. */
async function rewrapBatch({ sql, seal, column: { table, column, reads, context }, total }: { sql: Sql; seal: Seal; column: SealedColumn; total: Rewrapped }, after: string): Promise<string | null> {
  return sql.begin(async (tx) => {
    const rows = await tx<Record<string, string>[]>`
      select ${tx(['id', column, ...reads])} from ${tx(table)} where id > ${after} and ${tx(column)} is not null order by id limit ${BATCH} for update`
    for (const row of rows) {
      const sealed = tryTo(() => seal.rewrap(row[column]!, context(row)))
      if (sealed === undefined) total.unreadable.push(`${table}.${column} ${row.id}`)
      else if (sealed !== null) {
        await tx`update ${tx(table)} set ${tx({ [column]: sealed })} where id = ${row.id!} and ${tx(column)} = ${row[column]!}`
        total.done++
      }
    }
    return rows.length < BATCH ? null : rows.at(-1)!.id!
  })
}

function tryTo<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}

/** Sealed columns that this version does not know how to rewrap: they came from a newer one. */
export async function unknownColumns(sql: Sql): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`select table_name || '.' || column_name as name from information_schema.columns where table_schema = 'public' and column_name like '%\\_sealed' order by 1`
  const known = new Set(SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`))
  return rows.map(({ name }) => name).filter((name) => !known.has(name))
}

/** Programs of Easel that are connected to the database, this one aside. */
export async function connected(sql: Sql): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select distinct application_name as name from pg_stat_activity
    where datname = current_database() and application_name like 'easel-%' and pid <> pg_backend_pid() and application_name <> 'easel-rotate-key'`
  return rows.map(({ name }) => name.replace('easel-', ''))
}
