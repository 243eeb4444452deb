'use client'

import { GitBranch, TriangleAlert } from 'lucide-react'

import { useMissing } from '@/components/canvas/canvas-context'
import { useRun } from '@/components/client/operations'
import { StageShape } from '@/components/deployment/stage-list'
import { Button } from '@/components/ui/button'
import { ProblemMessage } from '@/components/ui/problem-message'
import { RelativeTime } from '@/components/ui/relative-time'
import { useSubmit } from '@/components/ui/use-submit'
import type { BranchView } from '@/lib/contract/branch'
import { branchCancel, branchRetry } from '@/lib/contract/doors'
import type { BranchStep } from '@/lib/domain/branch'

/** What a branch was branched from, and how far its data is. */
export function BranchNoteView({ branch, onChange }: { branch: BranchView; onChange: () => void }) {
  const isOpen = branch.status === 'running' || branch.status === 'failed'
  return (
    <section aria-label="Branch" className={`absolute right-3 z-10 rounded-card border bg-overlay shadow-float ${branch.status === 'failed' ? 'border-warning/40' : 'border-line'} ${isOpen ? 'top-15 w-80 max-w-[calc(100%-1.5rem)] sm:top-3' : 'top-3 max-w-[calc(100%-8rem)]'}`}>
      <p className="flex items-center gap-2 px-3 py-1.5 text-meta text-muted">
        <GitBranch aria-hidden="true" className="size-3.5 shrink-0 text-faint" />
        <span className="min-w-0 truncate">
          Branched from {branch.source.name} <RelativeTime at={branch.createdAt} />
          {branch.status === 'cancelled' ? ', copies cancelled' : ''}
        </span>
      </p>
      {isOpen ? <Progress branch={branch} onChange={onChange} /> : null}
    </section>
  )
}

const WORDS: Record<BranchStep, string> = { waiting: 'waits', copying: 'is being copied', filling: 'is being put in its place', done: 'is there' }

function Progress({ branch, onChange }: { branch: BranchView; onChange: () => void }) {
  const { status, message, copies } = branch
  return (
    <>
      <ol className="grid gap-y-1 border-t border-line px-3 py-2">
        {copies.map(({ volumeId, name, step, masks }) => (
          <li key={volumeId} className="flex min-w-0 items-center gap-2">
            <span className="flex size-4 shrink-0 items-center justify-center">
              <StageShape status={step === 'done' ? 'done' : step === 'waiting' ? (status === 'failed' ? 'failed' : undefined) : 'running'} />
            </span>
            <span className="min-w-0 truncate">{name}</span>
            <span className="shrink-0 text-meta text-faint">{step === 'filling' && masks.length > 0 ? 'is being masked' : WORDS[step]}</span>
          </li>
        ))}
      </ol>
      {message === null ? null : (
        <p role="alert" className="flex gap-2 border-t border-line px-3 py-2 break-words">
          <TriangleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-warning" />
          <span className="min-w-0">{message}</span>
        </p>
      )}
      <Ways branch={branch} onChange={onChange} />
    </>
  )
}

function Ways({ branch: { environmentId, cannotCancel, status }, onChange }: { branch: BranchView; onChange: () => void }) {
  const run = useRun()
  const missing = useMissing('project.write')
  const cancel = useSubmit(async () => {
    await run(branchCancel, { environmentId })
    onChange()
  })
  const retry = useSubmit(async () => {
    await run(branchRetry, { environmentId })
    onChange()
  })
  return (
    <div className="border-t border-line px-3 py-2">
      <div className="flex flex-wrap items-center justify-end gap-2">
        <Button size="small" variant="ghost" loading={cancel.pending} disabledReason={missing ?? cannotCancel} onClick={() => void cancel.submit()}>
          {status === 'failed' ? 'Begin without it' : 'Cancel copies'}
        </Button>
        {status === 'failed' ? (
          <Button size="small" variant="primary" loading={retry.pending} disabledReason={missing} onClick={() => void retry.submit()}>
            Try again
          </Button>
        ) : null}
      </div>
      <ProblemMessage error={cancel.error ?? retry.error} className="mt-2" />
    </div>
  )
}
