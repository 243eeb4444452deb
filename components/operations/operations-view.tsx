'use client'

import { CircleCheck } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'

import { useRun } from '@/components/client/operations'
import { paths } from '@/components/paths'
import { Card } from '@/components/ui/card'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { EmptyState } from '@/components/ui/empty-state'
import { LoadMore } from '@/components/ui/load-more'
import { PageHeader } from '@/components/ui/page-header'
import { problemOf } from '@/components/ui/problem'
import { ProblemMessage } from '@/components/ui/problem-message'
import { TabLinks } from '@/components/ui/tabs'
import { toast } from '@/components/ui/toast'
import { jobDiscard, jobRetry } from '@/lib/contract/doors'
import type { JobOverview, JobView } from '@/lib/contract/job'
import { JOB_STATUSES, type JobStatus } from '@/lib/domain/job'

import { jobHref } from './job-link'
import { JobRow } from './job-row'
import { JOB_STATUS, lossOf } from './job-words'
import { StorageCard } from './storage-card'
import { StuckCard } from './stuck-card'
import { useOperations, type Shown } from './use-operations'
import { WorkersCard } from './workers-card'

export type OperationsViewProps = { organizationId: string; status: JobStatus | undefined; initial: Shown }

/** What the platform does for an organization, what it could not do, and who works. */
export function OperationsView({ organizationId, status, initial }: OperationsViewProps) {
  const { overview, storage, jobs, error, reload, loadMore, hasMore, pending } = useOperations({ organizationId, status }, initial)
  const [question, setQuestion] = useState<JobView | null>(null)
  const { retry, discard } = useJobActions(organizationId, reload)
  const list = useKeptFocus(jobs.items)
  return (
    <>
      <PageHeader title="Operations" description="What the platform does for this organization, and what it could not do." />
      <div className="space-y-5">
        <ProblemMessage error={error} />
        <StuckCard stuck={overview.stuck} />
        <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_18rem]">
          <section aria-label="Jobs" className="min-w-0">
            <TabLinks tabs={tabsOf(overview.counts)} currentHref={paths.operations(status)} label="State of jobs" className="mb-4" />
            {jobs.items.length === 0 ? (
              <EmptyState icon={<CircleCheck />} title={status === undefined ? 'Nothing waits and nothing has failed.' : JOB_STATUS[status].none}>
                {status === undefined ? 'Jobs appear here while something is built, released or mended.' : null}
              </EmptyState>
            ) : (
              <Card>
                <ul ref={list} tabIndex={-1} aria-label="Jobs" className="divide-y divide-line outline-none">
                  {jobs.items.map((job) => (
                    <JobRow key={job.id} job={job} actions={{ retry, askDiscard: setQuestion }} />
                  ))}
                </ul>
              </Card>
            )}
            <LoadMore hasMore={hasMore} pending={pending} error={null} loadMore={loadMore} />
          </section>
          <div className="space-y-5">
            <WorkersCard workers={overview.workers} />
            <StorageCard organizationId={organizationId} storage={storage} changed={reload} />
          </div>
        </div>
      </div>
      <p role="status" className="sr-only">
        {overview.counts.dead === 0 ? 'No job is dead.' : `Dead jobs: ${overview.counts.dead}.`}
      </p>
      <ConfirmDialog open={question !== null} onOpenChange={() => setQuestion(null)} title="Discard this job?" confirmLabel="Discard" onConfirm={() => discard(question!)}>
        {question === null ? null : (
          <>
            <p className="font-medium break-words text-ink">{question.title}</p>
            <p>{lossOf(question)}</p>
          </>
        )}
      </ConfirmDialog>
    </>
  )
}

function tabsOf(counts: JobOverview['counts']) {
  const open = counts.dead + counts.retrying + counts.working + counts.waiting
  return [{ href: paths.operations(), label: 'Open', count: open }, ...JOB_STATUSES.map((status) => ({ href: paths.operations(status), label: JOB_STATUS[status].word, count: counts[status] }))]
}

function useJobActions(organizationId: string, changed: () => void) {
  const run = useRun()
  const router = useRouter()
  const retry = async (job: JobView) => {
    try {
      const now = await run(jobRetry, { organizationId, jobId: job.id })
      const href = jobHref(now.job)
      const open = href === null ? {} : { action: { label: 'Open', onClick: () => router.push(href) } }
      if (now.deployment === null) toast.success('The job is tried again.', { description: job.title })
      else toast.success(`Deployment ${now.deployment.number} of ${now.job.service?.name ?? 'the service'} is queued.`, open)
    } catch (error) {
      toast.error('The job was not tried again.', { description: problemOf(error).message })
    }
    changed()
  }
  /** Throws, for the dialog that asked. */
  const discard = async (job: JobView) => {
    try {
      await run(jobDiscard, { organizationId, jobId: job.id })
      toast.success('The job is discarded.', { description: job.title })
    } finally {
      changed()
    }
  }
  return { retry, discard }
}

/** A job that had the focus may go; the list takes it then, so that the keyboard stays where it was. */
function useKeptFocus(items: readonly JobView[]) {
  const list = useRef<HTMLUListElement>(null)
  const wasInside = useRef(false)
  useEffect(() => {
    if (wasInside.current && document.activeElement === document.body) list.current?.focus()
    const note = () => (wasInside.current = list.current?.contains(document.activeElement) ?? false)
    document.addEventListener('focusin', note)
    return () => document.removeEventListener('focusin', note)
  }, [items])
  return list
}
