'use client'

import { ChevronRight, ChevronsLeft } from 'lucide-react'
import { useState } from 'react'

import { bytesWords } from '@/components/service/use-words'
import { Badge } from '@/components/ui/badge'
import { IconButton } from '@/components/ui/icon-button'
import { ProblemMessage } from '@/components/ui/problem-message'
import { Skeleton } from '@/components/ui/skeleton'
import type { DataValue } from '@/lib/contract/data'
import { dataValue } from '@/lib/contract/doors'

import { CellDialog, type OpenCell } from './cell-dialog'
import { looksLikeJson, prettyText } from './cell-words'
import { Grid } from './grid'
import { useAsk } from './use-ask'

/** What one key holds. */
export function KeyValue({ serviceId, database, name }: { serviceId: string; database: number; name: string }) {
  const [cursor, setCursor] = useState<string | undefined>(undefined)
  const [open, setOpen] = useState<OpenCell | null>(null)
  const { data, error, isLoading } = useAsk(dataValue, { serviceId, database, key: name, cursor })
  if (error) return <ProblemMessage error={error} className="m-3" />
  if (data === null) return <Skeleton className="m-3 min-h-40 flex-1" />
  return (
    <>
      <header className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3 py-2">
        <h3 className="min-w-0 truncate font-mono text-code font-medium" title={data.key}>
          {data.key}
        </h3>
        <Badge>{data.type}</Badge>
        <span className="text-meta text-faint">
          {data.type === 'string' ? bytesWords(data.size) : `${data.size.toLocaleString('en')} ${data.size === 1 ? 'member' : 'members'}`}
          {' · '}
          {data.ttlS === null ? 'stays' : `goes in ${data.ttlS.toLocaleString('en')} s`}
        </span>
        {data.next !== null || cursor !== undefined ? (
          <span className="ml-auto flex gap-0.5">
            <IconButton size="small" label="From the beginning" icon={<ChevronsLeft />} disabledReason={cursor === undefined ? 'This is the beginning.' : null} onClick={() => setCursor(undefined)} />
            <IconButton size="small" label="Members after" icon={<ChevronRight />} loading={isLoading} disabledReason={data.next === null ? 'These are the last.' : null} onClick={() => setCursor(data.next!)} />
          </span>
        ) : null}
      </header>
      <Content value={data} isStale={isLoading} onOpen={setOpen} />
      {open ? <CellDialog open={open} onClose={() => setOpen(null)} /> : null}
    </>
  )
}

function Content({ value, isStale, onOpen }: { value: DataValue; isStale: boolean; onOpen: (cell: OpenCell) => void }) {
  if (value.type === 'string') {
    const cell = value.rows[0]?.[0] ?? ''
    const text = Array.isArray(cell) ? cell[0] : cell
    return (
      <div className="min-h-0 flex-1 overflow-auto bg-raised">
        <pre tabIndex={0} className="p-3 font-mono text-code break-words whitespace-pre-wrap">
          {text === '' ? <span className="text-faint italic">empty</span> : prettyText(text, looksLikeJson(text))}
        </pre>
        {Array.isArray(cell) ? <p className="px-3 pb-3 text-meta text-faint">It is longer than this: only its beginning is shown.</p> : null}
      </div>
    )
  }
  if (value.columns.length === 0) return <p className="p-4 text-muted">What a key of the type {value.type} holds cannot be shown here.</p>
  return <Grid label={`Content of ${value.key}`} columns={value.columns.map((name) => ({ name }))} rows={value.rows} isStale={isStale} onOpen={({ row, column }) => onOpen({ title: value.columns[column]!, cell: value.rows[row]![column]!, whole: null })} />
}
