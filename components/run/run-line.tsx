'use client'

import type { ReactNode } from 'react'

import { Duration } from '@/components/ui/duration'
import { RelativeTime } from '@/components/ui/relative-time'
import type { RunView } from '@/lib/contract/run'

/** When it was due, how long it took, how it ended and who asked for it: the second line of a run, wherever it is shown. */
export function RunLine({ run }: { run: RunView }) {
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-1.5 text-meta text-faint">
      <span>
        {run.trigger === 'manual' ? 'By hand' : 'Due'} <RelativeTime at={run.dueAt} />
      </span>
      {run.createdBy ? <Part>{run.createdBy.name}</Part> : null}
      {run.startedAt ? (
        <Part>
          <span title="How long it took">
            <Duration from={run.startedAt} to={run.finishedAt} />
          </span>
        </Part>
      ) : null}
      {run.exitSignal !== null ? <Part>ended by {run.exitSignal}</Part> : run.exitCode !== null ? <Part>code {run.exitCode}</Part> : null}
      <Part>deployment {run.deploymentNumber}</Part>
    </span>
  )
}

function Part({ children }: { children: ReactNode }) {
  return (
    <>
      <span aria-hidden="true">·</span>
      <span>{children}</span>
    </>
  )
}
