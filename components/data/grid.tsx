'use client'

import clsx from 'clsx'
import { ArrowDown, ArrowUp, KeyRound } from 'lucide-react'
import { useRef, useState, type KeyboardEvent } from 'react'

import type { CellForm, DataCell } from '@/lib/contract/data'

import { inLine } from './cell-words'

export type GridColumn = { name: string; type?: string; form?: CellForm; isKey?: boolean }
export type GridSort = { column: string; order: 'ascending' | 'descending' }
type Place = { row: number; column: number }

export type GridProps = {
  label: string
  columns: readonly GridColumn[]
  rows: readonly (readonly DataCell[])[]
  sort?: GridSort | null
  onSort?: (column: string) => void
  onOpen: (place: Place) => void
  /** While others come. */
  isStale?: boolean
}

const STEPS: Record<string, [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-10, 0], PageDown: [10, 0], Home: [0, -Infinity], End: [0, Infinity] }

/** Rows and columns under a header that stays. One cell has the focus: arrows move it, Enter opens it. */
export function Grid({ label, columns, rows, sort, onSort, onOpen, isStale = false }: GridProps) {
  const [at, setAt] = useState<Place>({ row: 0, column: 0 })
  const body = useRef<HTMLTableSectionElement>(null)
  const here = { row: Math.min(at.row, rows.length - 1), column: Math.min(at.column, columns.length - 1) }
  const press = (event: KeyboardEvent) => {
    const step = STEPS[event.key]
    if (!step || event.metaKey || event.altKey) return
    event.preventDefault()
    const next = { row: within(here.row + step[0], rows.length), column: within(here.column + step[1], columns.length) }
    setAt(next)
    body.current?.rows[next.row]?.cells[next.column]?.querySelector('button')?.focus()
  }
  return (
    <div className={clsx('min-h-0 min-w-0 flex-1 overflow-auto bg-raised transition-opacity', isStale && 'opacity-60')} aria-busy={isStale || undefined}>
      <table aria-label={label} className="border-separate border-spacing-0 text-meta">
        <thead>
          <tr>
            {columns.map((column, index) => (
              <HeaderCell key={index} column={column} sort={sort?.column === column.name ? sort : null} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          {rows.map((row, r) => (
            <tr key={r} className="hover:bg-hover">
              {columns.map((column, c) => (
                <td key={c} className="border-r border-b border-line p-0 last:border-r-0">
                  <button
                    type="button"
                    tabIndex={r === here.row && c === here.column ? 0 : -1}
                    onFocus={() => setAt({ row: r, column: c })}
                    onKeyDown={press}
                    onClick={() => onOpen({ row: r, column: c })}
                    className={clsx('block h-7 w-full max-w-72 truncate px-2.5 font-mono text-code whitespace-pre focus-visible:outline-offset-[-2px]', column.form === 'number' ? 'text-right tabular-nums' : 'text-left')}
                  >
                    <CellText cell={row[c] ?? null} form={column.form} />
                  </button>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function HeaderCell({ column: { name, type, isKey, form }, sort, onSort }: { column: GridColumn; sort: GridSort | null; onSort?: (column: string) => void }) {
  const Arrow = sort?.order === 'descending' ? ArrowDown : ArrowUp
  const words = (
    <>
      {isKey ? <KeyRound aria-label="Part of the primary key" className="size-3 shrink-0 text-faint" /> : null}
      <span className="font-medium text-ink">{name}</span>
      {type ? <span className="max-w-32 truncate font-normal text-faint">{type}</span> : null}
      {sort ? <Arrow aria-hidden="true" className="size-3 shrink-0 text-accent" /> : null}
    </>
  )
  const className = clsx('flex h-8 w-full items-center gap-1.5 px-2.5 whitespace-nowrap', form === 'number' && 'justify-end')
  return (
    <th scope="col" aria-sort={sort?.order ?? (onSort ? 'none' : undefined)} className="sticky top-0 z-[1] border-r border-b border-line-strong bg-surface p-0 text-left last:border-r-0">
      {onSort ? (
        <button type="button" onClick={() => onSort(name)} title={`Sort by ${name}`} className={clsx(className, 'transition-colors hover:bg-hover focus-visible:outline-offset-[-2px]')}>
          {words}
        </button>
      ) : (
        <div className={className}>{words}</div>
      )}
    </th>
  )
}

function CellText({ cell, form }: { cell: DataCell; form?: CellForm }) {
  if (cell === null) return <span className="text-faint italic">NULL</span>
  if (cell === '') return <span className="text-faint italic">empty</span>
  return <span className={form === 'binary' ? 'text-muted' : undefined}>{inLine(cell)}</span>
}

function within(index: number, length: number): number {
  return Math.max(0, Math.min(length - 1, index))
}
