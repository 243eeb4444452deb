'use client'

import clsx from 'clsx'
import { Eye, RotateCw, SquareTerminal, Table2 } from 'lucide-react'
import { useState, type ReactNode } from 'react'

import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { IconButton } from '@/components/ui/icon-button'
import { Select } from '@/components/ui/select'
import type { DataOverview, DataTable } from '@/lib/contract/data'
import type { EngineName } from '@/lib/domain/engine/engines'

import { countWords } from './cell-words'
import { SqlView } from './sql-view'
import { TableRows } from './table-rows'

type Props = { serviceId: string; engine: EngineName; overview: DataOverview; onReload: () => void; isLoading: boolean }

const SQL = 'sql'
const idOf = ({ schema, name }: DataTable) => JSON.stringify([schema, name])

/** Tables at the left, or in a list to choose from where there is no room; the rows of one, or statements. */
export function TablesView({ serviceId, engine, overview: { tables, hasMore }, onReload, isLoading }: Props) {
  const [chosen, setChosen] = useState<string | null>(null)
  // Statements stay as they were written while tables are looked at.
  const [statement, setStatement] = useState('')
  const current = chosen === SQL ? null : (tables.find((table) => idOf(table) === chosen) ?? tables.find(({ kind }) => kind === 'table') ?? tables[0] ?? null)
  const value = current === null ? SQL : idOf(current)
  const schemas = [...new Set(tables.map(({ schema }) => schema))]
  const title = (table: DataTable) => (schemas.length > 1 ? `${table.schema}.${table.name}` : table.name)
  return (
    <div className="flex min-h-0 flex-1 flex-col sm:flex-row">
      <nav aria-label="Tables" className="hidden w-44 shrink-0 flex-col overflow-y-auto border-r border-line px-2 py-2 sm:flex">
        <Item icon={<SquareTerminal />} isCurrent={chosen === SQL} onClick={() => setChosen(SQL)}>
          SQL
        </Item>
        {schemas.map((schema) => (
          <section key={schema} aria-label={schema} className="mt-2">
            <h3 className="flex items-center justify-between gap-1 pb-0.5 pl-2 text-meta text-faint">
              <span className="truncate">{schema}</span>
              {schema === schemas[0] ? <IconButton size="small" label="Read the tables again" icon={<RotateCw />} loading={isLoading} onClick={onReload} /> : null}
            </h3>
            {tables.filter((table) => table.schema === schema).map((table) => (
              <Item key={table.name} icon={table.kind === 'view' ? <Eye /> : <Table2 />} count={countWords(table)} isEstimate={table.isEstimate} isCurrent={table === current} onClick={() => setChosen(idOf(table))}>
                {table.name}
              </Item>
            ))}
          </section>
        ))}
        {hasMore ? <p className="px-2 py-2 text-meta text-faint">There are more tables. Reach them by a statement.</p> : null}
        {tables.length === 0 ? <p className="px-2 py-3 text-meta text-faint">No tables yet.</p> : null}
      </nav>
      <div className="shrink-0 border-b border-line px-4 py-2 sm:hidden">
        <Select label="Table" value={value} onValueChange={setChosen} options={[{ value: SQL, label: 'SQL statement' }, ...tables.map((table) => ({ value: idOf(table), label: title(table), hint: countWords(table) ? `${countWords(table)} rows` : table.kind }))]} />
      </div>
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        {current ? (
          <TableRows key={value} serviceId={serviceId} table={current} />
        ) : tables.length === 0 && chosen !== SQL ? (
          <EmptyState icon={<Table2 />} title="No tables yet" className="my-auto" action={<Button icon={<SquareTerminal />} onClick={() => setChosen(SQL)}>Write a statement</Button>}>
            They appear when a service creates some.
          </EmptyState>
        ) : (
          <SqlView serviceId={serviceId} engine={engine} statement={statement} onStatement={setStatement} onWritten={onReload} />
        )}
      </div>
    </div>
  )
}

type ItemProps = { icon: ReactNode; children: string; count?: string; isEstimate?: boolean; isCurrent: boolean; onClick: () => void }

function Item({ icon, children, count, isEstimate, isCurrent, onClick }: ItemProps) {
  return (
    <button
      type="button"
      onClick={onClick}
      aria-current={isCurrent || undefined}
      title={count ? `${children}: ${count} rows${isEstimate ? ', as the engine guesses' : ''}` : children}
      className={clsx('flex h-7 w-full shrink-0 items-center gap-2 rounded-control px-2 text-left transition-colors [&_svg]:size-3.5 [&_svg]:shrink-0 [&_svg]:text-faint', isCurrent ? 'bg-press text-ink' : 'text-muted hover:bg-hover hover:text-ink')}
    >
      {icon}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {count ? <span className="shrink-0 text-meta text-faint tabular-nums">{count}</span> : null}
    </button>
  )
}
