'use client'

import { SearchX, ScrollText } from 'lucide-react'

import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { ProblemMessage } from '@/components/ui/problem-message'
import { Skeleton } from '@/components/ui/skeleton'

import { SPAN_WORDS, wider, windowWords, type Question } from './question'
import type { Lines } from './lines-state'

export type NothingFoundProps = { lines: Lines; question: Question; now: number; ask: (change: Partial<Question>) => void; onRetry: () => void; onSearchOn: () => void }

/** In place of the lines: they are being read, could not be read, or there are none. */
export function NothingFound({ lines, question, now, ask, onRetry, onSearchOn }: NothingFoundProps) {
  const { filter, window } = question
  if (!lines.isLoaded) return <RowsSkeleton />
  if (lines.error !== null) {
    return (
      <div className="flex flex-1 flex-col items-center justify-center gap-3 bg-sunken p-4">
        <ProblemMessage error={lines.error} className="max-w-lg" />
        <Button onClick={onRetry}>Try again</Button>
      </div>
    )
  }
  const longer = wider(window, now)
  const widen = longer === null ? null : <Button onClick={() => ask({ window: longer, line: null })}>{longer.kind === 'last' ? SPAN_WORDS[longer.span] : 'Look in twice the time'}</Button>
  if (lines.searchedTo !== null) {
    return (
      <Centred>
        <EmptyState icon={<SearchX />} title="Nothing yet" action={<Button variant="primary" loading={lines.older.isLoading} onClick={onSearchOn}>Search further back</Button>}>
          Nothing matches since <SearchedTo at={lines.searchedTo} />, which is as far as it was searched.
        </EmptyState>
      </Centred>
    )
  }
  if (filter === '' && window.kind === 'live') {
    return (
      <Centred>
        <EmptyState icon={<ScrollText />} title="No line has been written yet.">
          What services print, their builds and the requests to them appear here as soon as something is deployed.
        </EmptyState>
      </Centred>
    )
  }
  return (
    <Centred>
      <EmptyState icon={<SearchX />} title="Nothing matches" action={<>{filter === '' ? null : <Button onClick={() => ask({ filter: '', line: null })}>Clear the filter</Button>}{widen}</>}>
        {window.kind === 'live' ? 'No line that is kept' : `No line of ${inSentence(windowWords(window))}`} {filter === '' ? 'was written.' : <>matches <code className="font-mono text-code text-ink [overflow-wrap:anywhere]">{filter}</code>.</>}
        {window.kind === 'live' ? ' New ones will appear as they come.' : ''}
      </EmptyState>
    </Centred>
  )
}

/** How far back it was searched, in the reader's own zone. */
export function SearchedTo({ at }: { at: string }) {
  return (
    <time dateTime={at} suppressHydrationWarning>
      {new Date(at).toLocaleString('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' })}
    </time>
  )
}

function inSentence(words: string): string {
  return words.startsWith('Last') ? `the l${words.slice(1)}` : words
}

function Centred({ children }: { children: React.ReactNode }) {
  return <div className="flex min-h-40 flex-1 flex-col items-center justify-center overflow-y-auto bg-sunken">{children}</div>
}

function RowsSkeleton() {
  return (
    <div role="status" aria-label="Reading the log" className="flex min-h-0 flex-1 flex-col gap-1.5 overflow-hidden bg-sunken px-3 py-2">
      {Array.from({ length: 40 }, (_, index) => (
        <div key={index} className="flex gap-3">
          <Skeleton className="h-3 w-20 shrink-0 rounded-small!" />
          <Skeleton className="h-3 w-12 shrink-0 rounded-small!" />
          <Skeleton className={['h-3 w-3/5 rounded-small!', 'h-3 w-2/5 rounded-small!', 'h-3 w-4/5 rounded-small!', 'h-3 w-1/2 rounded-small!'][index % 4]} />
        </div>
      ))}
    </div>
  )
}
