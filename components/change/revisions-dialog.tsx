'use client'

import { ChevronDown, ChevronRight, History } from 'lucide-react'
import { useEffect, useState } from 'react'

import { useCanvasStore, useEnvironment, useMissing } from '@/components/canvas/canvas-context'
import { ask } from '@/components/canvas/store'
import { useRun } from '@/components/client/operations'
import { fetchQuery } from '@/components/client/query'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { EmptyState } from '@/components/ui/empty-state'
import { LoadMore } from '@/components/ui/load-more'
import { ProblemMessage } from '@/components/ui/problem-message'
import { RelativeTime } from '@/components/ui/relative-time'
import { Skeleton } from '@/components/ui/skeleton'
import { toast } from '@/components/ui/toast'
import { usePages, type Page } from '@/components/ui/use-pages'
import { useSubmit } from '@/components/ui/use-submit'
import type { RevisedService, RevisionView } from '@/lib/contract/change'
import { revisionGet, revisionList, revisionRestore } from '@/lib/contract/doors'

import { DifferenceRow } from './difference-row'

/** What was set each time changes were deployed; any of it can be compared with now and set again. */
export function RevisionsDialog() {
  const store = useCanvasStore()
  const { environmentId } = useEnvironment()
  const [first, setFirst] = useState<Page<RevisionView> | null>(null)
  const [error, setError] = useState<unknown>(null)
  useEffect(() => {
    const end = new AbortController()
    fetchQuery(revisionList, { environmentId, limit: 20 }, end.signal).then(setFirst, (problem: unknown) => (end.signal.aborted ? undefined : setError(problem)))
    return () => end.abort()
  }, [environmentId])
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : ask(store, null))} size="large" title="Revisions" description="What was set each time changes were deployed.">
      <div tabIndex={-1} data-autofocus className="outline-none">
        <ProblemMessage error={error} />
        {first === null && error === null ? <Skeleton className="h-32" /> : null}
      </div>
      {first === null ? null : <Revisions first={first} />}
    </Dialog>
  )
}

function Revisions({ first }: { first: Page<RevisionView> }) {
  const { environmentId } = useEnvironment()
  const { items, ...more } = usePages(first, (cursor) => fetchQuery(revisionList, { environmentId, limit: 20, cursor }))
  if (items.length === 0) {
    return (
      <EmptyState icon={<History />} title="No revision yet">
        The first one is kept when changes are deployed.
      </EmptyState>
    )
  }
  return (
    <>
      <ul className="divide-y divide-line">
        {items.map((revision, index) => (
          <RevisionRow key={revision.number} revision={revision} isNewest={index === 0} />
        ))}
      </ul>
      <LoadMore {...more} />
    </>
  )
}

function RevisionRow({ revision, isNewest }: { revision: RevisionView; isNewest: boolean }) {
  const [isOpen, setOpen] = useState(false)
  const { number, message, deployed, createdBy, createdAt } = revision
  return (
    <li className="py-2">
      <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)} className="-mx-2 flex w-[calc(100%+1rem)] items-start gap-2 rounded-control px-2 py-1 text-left hover:bg-hover">
        {isOpen ? <ChevronDown aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-faint" /> : <ChevronRight aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-faint" />}
        <span className="min-w-0 flex-1">
          <span className="flex items-center gap-2">
            <span className="text-faint tabular-nums">#{number}</span>
            <span className="truncate font-medium">{message === '' ? `Deployed ${deployed.join(', ')}` : message}</span>
            {isNewest ? <Badge>Newest</Badge> : null}
          </span>
          <span className="block truncate text-meta text-faint">
            {createdBy?.name ?? 'A former member'} · <RelativeTime at={createdAt} />
            {message === '' ? null : ` · deployed ${deployed.join(', ')}`}
          </span>
        </span>
      </button>
      {isOpen ? <Comparison number={number} /> : null}
    </li>
  )
}

function Comparison({ number }: { number: number }) {
  const store = useCanvasStore()
  const run = useRun()
  const { environmentId } = useEnvironment()
  const mayWrite = useMissing('service.write')
  const [services, setServices] = useState<RevisedService[] | null>(null)
  const [error, setError] = useState<unknown>(null)
  useEffect(() => {
    const end = new AbortController()
    fetchQuery(revisionGet, { environmentId, number }, end.signal).then(
      (found) => setServices(found.services),
      (problem: unknown) => (end.signal.aborted ? undefined : setError(problem)),
    )
    return () => end.abort()
  }, [environmentId, number])
  const restore = useSubmit(async () => {
    const { left } = await run(revisionRestore, { environmentId, number })
    for (const sentence of left) toast.warning(sentence)
    ask(store, { kind: 'review' })
  })
  return (
    <div className="mt-2 mb-1 space-y-2 pl-6">
      <ProblemMessage error={error ?? restore.error} />
      {services === null && error === null ? <Skeleton className="h-16" /> : null}
      {services?.length === 0 ? <p className="text-muted">What is set now is the same.</p> : null}
      {services?.map((service) => (
        <div key={`${service.kind} ${service.name}`} className="rounded-card border border-line bg-surface px-3.5 py-2">
          <p>
            <span className="font-medium">{service.name}</span> <span className="text-meta text-faint">{KIND_WORDS[service.kind]}</span>
          </p>
          {service.differences.length === 0 ? null : (
            <ul className="mt-1">
              {service.differences.map((difference) => (
                <DifferenceRow key={difference.field} difference={difference} />
              ))}
            </ul>
          )}
        </div>
      ))}
      {services && services.some(({ kind }) => kind !== 'added') ? (
        <Button size="small" loading={restore.pending} disabledReason={mayWrite} onClick={() => void restore.submit()}>
          Set this again
        </Button>
      ) : null}
    </div>
  )
}

const KIND_WORDS = { gone: 'was deleted since; it would be drawn again', added: 'was drawn since; it stays', changed: 'was set like this, and is set otherwise now' }
