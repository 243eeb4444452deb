import type { Sql } from 'postgres'

import type { DataOverview, DataTable } from '../../../contract/data'

// Which tables there are. Small ones are counted, of large ones the server's own guess is taken.

const MOST_TABLES = 1_000
/** Tables that are counted, and how large one may be for it. */
const MOST_COUNTED = 60
const COUNTED_BYTES = 4 * 1024 * 1024

type Found = { schema: string; name: string; kind: string; guess: number; bytes: string }

export async function readTables(sql: Sql): Promise<DataOverview> {
  const found = await sql.unsafe<Found[]>(
    `select n.nspname as schema, c.relname as name, c.relkind::text as kind, c.reltuples::float8 as guess, case when c.relkind in ('r', 'm') then pg_catalog.pg_relation_size(c.oid) else 0 end::text as bytes
     from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and pg_catalog.has_table_privilege(c.oid, 'select')
     order by n.nspname = 'public' desc, n.nspname, c.relname limit ${MOST_TABLES + 1}`,
  )
  const shown = found.slice(0, MOST_TABLES)
  const counts = await countSmall(sql, shown.filter(({ kind, bytes }) => (kind === 'r' || kind === 'm') && Number(bytes) <= COUNTED_BYTES).slice(0, MOST_COUNTED))
  const tables = shown.map((table): DataTable => {
    const counted = counts.get(table)
    const isView = table.kind === 'v'
    const guess = isView || table.guess < 0 ? null : Math.round(table.guess)
    return { schema: table.schema, name: table.name, kind: isView || table.kind === 'm' ? 'view' : 'table', rows: counted ?? guess, isEstimate: counted === undefined && guess !== null }
  })
  return { kind: 'tables', reason: null, tables, hasMore: found.length > MOST_TABLES, databases: [] }
}

async function countSmall(sql: Sql, tables: readonly Found[]): Promise<Map<Found, number>> {
  if (tables.length === 0) return new Map()
  const counts = await sql.unsafe<{ n: number }[]>(tables.map(({ schema, name }, index) => `select ${index} as i, count(*)::float8 as n from only ${identifier(schema)}.${identifier(name)}`).join(' union all ') + ' order by i')
  return new Map(tables.map((table, index) => [table, counts[index]!.n]))
}

export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
