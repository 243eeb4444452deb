'use client'

import clsx from 'clsx'
import { RotateCw, Trash2 } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'

import { Button } from '@/components/ui/button'
import { Duration } from '@/components/ui/duration'
import { RelativeTime } from '@/components/ui/relative-time'
import { Mark } from '@/components/ui/state-mark'
import { useSubmit } from '@/components/ui/use-submit'
import type { JobView } from '@/lib/contract/job'
import { canRetryJob, isDeployedAnew } from '@/lib/domain/job'

import { Due } from './due'
import { JobError } from './job-error'
import { jobHref } from './job-link'
import { JOB_STATUS } from './job-words'

export type JobActions = { retry: (job: JobView) => Promise<void>; askDiscard: (job: JobView) => void }

const WORKER_ENDED = 'The worker that was at it ended before it was done.'

/** One job: what it is, how it stands, what went wrong, what can be done. */
export function JobRow({ job, actions }: { job: JobView; actions: JobActions }) {
  const { none: _, ...mark } = JOB_STATUS[job.status]
  const hasFailed = job.status === 'dead' || job.status === 'retrying'
  const obstacle = hasFailed ? canRetryJob(job) : null
  return (
    <li className="grid gap-x-3 gap-y-1 px-3 py-3 sm:grid-cols-[6rem_minmax(0,1fr)_auto] sm:px-4">
      <Mark {...mark} className="self-start" />
      <div className="min-w-0">
        <p className="font-medium break-words">
          <Title job={job} />
        </p>
        <p className="flex flex-wrap gap-x-1.5 text-meta text-faint">
          <span className="break-words">
            {job.project.name} / {job.environment.name}
          </span>
          <Standing job={job} />
        </p>
      </div>
      {hasFailed ? (
        <div className="min-w-0 sm:col-span-2 sm:col-start-2 sm:row-start-2">
          {obstacle === null ? null : <p className="text-muted">{obstacle}</p>}
          {job.error === null ? <p className="text-muted">{WORKER_ENDED}</p> : <JobError text={job.error} title={job.title} />}
        </div>
      ) : null}
      <JobButtons job={job} actions={actions} />
    </li>
  )
}

function Title({ job }: { job: JobView }) {
  const href = jobHref(job)
  if (href === null) return job.title
  return (
    <Link href={href} className="underline decoration-line-strong underline-offset-3 hover:decoration-current">
      {job.title}
    </Link>
  )
}

/** Since when it is as it is, and when it goes on. */
function Standing({ job }: { job: JobView }) {
  const { status, attempts, maxAttempts, nextAt, startedAt, createdAt } = job
  const age = <Part>queued <RelativeTime at={createdAt} /></Part>
  if (status === 'scheduled') return <Part>due <Due at={nextAt!} /></Part>
  if (status === 'waiting') return <>{age}{nextAt !== null && nextAt > createdAt ? <Part>due <Due at={nextAt} /></Part> : null}</>
  if (status === 'working') {
    return (
      <>
        {startedAt === null ? null : <Part>for <Duration from={startedAt} to={null} /></Part>}
        {attempts > 1 ? <Part>attempt {attempts} of {maxAttempts}</Part> : null}
      </>
    )
  }
  return (
    <>
      <Part>{status === 'dead' ? `tried ${attempts} times` : `attempt ${attempts} of ${maxAttempts} failed`}</Part>
      {status === 'retrying' ? <Part>next <Due at={nextAt!} /></Part> : null}
      {age}
    </>
  )
}

function Part({ children }: { children: ReactNode }) {
  return (
    <>
      <span aria-hidden="true">·</span>
      <span className="whitespace-nowrap">{children}</span>
    </>
  )
}

function JobButtons({ job, actions }: { job: JobView; actions: JobActions }) {
  const retry = useSubmit(() => actions.retry(job))
  // A worker is at it, or it comes again by itself: there is nothing to decide.
  if (job.status === 'working' || job.status === 'scheduled') return null
  const verb = isDeployedAnew(job) ? 'Deploy again' : 'Retry'
  const mayRetry = canRetryJob(job) === null
  return (
    <div className={clsx('flex items-center gap-1.5 max-sm:mt-1.5 sm:col-start-3 sm:row-start-1', mayRetry || 'max-sm:-ml-2.5')}>
      {mayRetry ? (
        <Button size="small" icon={<RotateCw />} loading={retry.pending} onClick={() => void retry.submit()} aria-label={`${verb}: ${job.title}`}>
          {verb}
        </Button>
      ) : null}
      <Button size="small" variant="ghost" icon={<Trash2 />} onClick={() => actions.askDiscard(job)} aria-label={`Discard: ${job.title}`}>
        Discard
      </Button>
    </div>
  )
}
