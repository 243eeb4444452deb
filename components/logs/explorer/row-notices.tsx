'use client'

import { ArrowDownToLine } from 'lucide-react'

import type { StreamState } from '@/components/client/stream'
import { Button } from '@/components/ui/button'
import { ProblemMessage } from '@/components/ui/problem-message'

import { beforeOf } from './line-window'
import { SearchedTo } from './nothing-found'
import type { Lines } from './lines-state'

/** Above the first line: that there is more, that it is being read, or why it was not. */
export function OlderLines({ lines: { window, older, searchedTo }, onMore }: { lines: Lines; onMore: () => void }) {
  if (beforeOf(window) === null) return <p className="px-3 pt-2 text-center text-meta text-faint">No older lines</p>
  return (
    <div className="flex flex-col items-center gap-2 px-3 pt-2 text-meta text-muted">
      <ProblemMessage error={older.error} className="text-ui text-ink" />
      {searchedTo === null ? null : (
        <p role="status">
          Searched back to <SearchedTo at={searchedTo} />
        </p>
      )}
      <Button size="small" variant="ghost" loading={older.isLoading} onClick={onMore}>
        {searchedTo === null ? 'Load older lines' : 'Search further back'}
      </Button>
    </div>
  )
}

/** Back to the newest line, and how many came meanwhile. */
export function NewLines({ count, onClick }: { count: number; onClick: () => void }) {
  const words = count === 0 ? 'To the newest line' : `${count.toLocaleString()} new ${count === 1 ? 'line' : 'lines'}`
  return (
    <div className="pointer-events-none absolute inset-x-0 bottom-3 flex justify-center">
      <button type="button" onClick={onClick} className="pointer-events-auto flex items-center gap-1.5 rounded-full border border-line-strong bg-overlay px-3 py-1 text-meta shadow-float hover:bg-raised">
        <ArrowDownToLine aria-hidden="true" className="size-3.5" />
        {words}
      </button>
    </div>
  )
}

/** That new lines do not come now. */
export function Reconnecting({ state }: { state: StreamState }) {
  return (
    <p role="status" className={state === 'offline' ? 'absolute bottom-3 left-3 rounded-card border border-warning/40 bg-overlay px-3 py-1 text-meta text-warning shadow-float' : 'sr-only'}>
      {state === 'offline' ? 'Reconnecting… New lines will follow.' : ''}
    </p>
  )
}
