'use client'

import { ChevronLeft, ChevronRight, RotateCw, Table2 } from 'lucide-react'
import { useState } from 'react'

import { EmptyState } from '@/components/ui/empty-state'
import { IconButton } from '@/components/ui/icon-button'
import { ProblemMessage } from '@/components/ui/problem-message'
import { Skeleton } from '@/components/ui/skeleton'
import { FARTHEST_ROW, type DataRows, type DataTable } from '@/lib/contract/data'
import { dataRows } from '@/lib/contract/doors'

import { CellDialog, type OpenCell } from './cell-dialog'
import { FilterBar, type FilterValue } from './filter-bar'
import { Grid, type GridSort } from './grid'
import { useAsk } from './use-ask'

const PAGE = 50

/** The rows of one table, page by page. */
export function TableRows({ serviceId, table }: { serviceId: string; table: DataTable }) {
  const [filter, setFilter] = useState<FilterValue | null>(null)
  const [sort, setSort] = useState<GridSort | null>(null)
  const [offset, setOffset] = useState(0)
  const [open, setOpen] = useState<OpenCell | null>(null)
  const place = { serviceId, schema: table.schema, table: table.name }
  const { data, error, isLoading, reload } = useAsk(dataRows, { ...place, ...filter, ...(sort === null ? {} : { sort: sort.column, order: sort.order }), offset, limit: PAGE })
  // The columns stay in the filter while rows come or fail.
  const [columns, setColumns] = useState<DataRows['columns']>([])
  if (data !== null && data.columns !== columns) setColumns(data.columns)
  const sortBy = (column: string) => {
    setOffset(0)
    setSort((before) => (before?.column !== column ? { column, order: 'ascending' } : before.order === 'ascending' ? { column, order: 'descending' } : null))
  }
  const openCell = (found: DataRows, at: { row: number; column: number }) => {
    const column = found.columns[at.column]!
    const key = keyOf(found, at.row)
    setOpen({ title: column.name, type: column.type, form: column.form, cell: found.rows[at.row]![at.column]!, whole: key === null ? null : { ...place, column: column.name, key } })
  }
  return (
    <>
      <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line px-3 py-2">
        <FilterBar
          columns={columns}
          onChange={(next) => {
            setOffset(0)
            setFilter(next)
          }}
        />
        <div className="ml-auto flex items-center gap-0.5 text-meta text-muted">
          <span aria-live="polite" className="mr-1 tabular-nums">
            {data === null ? '' : data.rows.length === 0 ? 'No rows' : `${(offset + 1).toLocaleString('en')}–${(offset + data.rows.length).toLocaleString('en')}`}
          </span>
          <IconButton size="small" label="Rows before" icon={<ChevronLeft />} disabledReason={offset === 0 ? 'These are the first.' : null} onClick={() => setOffset(Math.max(0, offset - PAGE))} />
          <IconButton size="small" label="Rows after" icon={<ChevronRight />} disabledReason={afterReason(data, offset)} onClick={() => setOffset(offset + (data?.rows.length ?? PAGE))} />
          <IconButton size="small" label="Read again" icon={<RotateCw />} loading={isLoading} onClick={reload} />
        </div>
      </div>
      {error ? <ProblemMessage error={error} className="m-3" /> : null}
      {data === null && !error ? <Skeleton className="m-3 min-h-40 flex-1" /> : null}
      {data !== null && data.rows.length === 0 ? (
        <EmptyState icon={<Table2 />} title={filter === null ? 'This table is empty' : 'No row fits'} className="my-auto">
          {filter === null ? 'Rows appear when a service writes some.' : 'Change the filter, or clear it.'}
        </EmptyState>
      ) : null}
      {data !== null && data.rows.length > 0 ? <Grid label={`Rows of ${table.name}`} columns={data.columns} rows={data.rows} sort={sort} onSort={sortBy} onOpen={(at) => openCell(data, at)} isStale={isLoading} /> : null}
      {open ? <CellDialog open={open} onClose={() => setOpen(null)} /> : null}
    </>
  )
}

function afterReason(data: DataRows | null, offset: number): string | null {
  if (!data?.hasMore) return 'These are the last.'
  return offset + data.rows.length > FARTHEST_ROW ? 'Rows farther away are found by a filter.' : null
}

/** What names the row; null without a primary key, or where it is too long to be known. */
function keyOf({ columns, rows }: DataRows, row: number): string | null {
  const parts = columns.flatMap(({ name, isKey }, index) => (isKey ? [[name, rows[row]![index]] as const] : []))
  return parts.length > 0 && parts.every(([, cell]) => typeof cell === 'string') ? JSON.stringify(Object.fromEntries(parts)) : null
}
