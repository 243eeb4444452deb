'use client'

import { useEffect, useRef, useState } from 'react'

import { fetchQuery } from '@/components/client/query'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { ProblemMessage } from '@/components/ui/problem-message'
import { Skeleton } from '@/components/ui/skeleton'
import { logContext } from '@/lib/contract/doors'
import type { LogContext, LogLineView } from '@/lib/contract/log'

import { LogRow } from './log-row'

/** How many lines are read on each side, and how many when one asks for more. */
const STEPS = [20, 60, 200] as const

export type ContextDialogProps = { environmentId: string; line: LogLineView; serviceName: string | null; onClose: () => void }

/** What the same service printed before and after a line, whatever the filter says. */
export function ContextDialog({ environmentId, line, serviceName, onClose }: ContextDialogProps) {
  const [step, setStep] = useState(0)
  const [found, setFound] = useState<{ context: LogContext | null; error: unknown; step: number }>({ context: null, error: null, step: -1 })
  const lines = STEPS[step]!
  useEffect(() => {
    const end = new AbortController()
    const look = async () => {
      try {
        const context = await fetchQuery(logContext, { environmentId, lineId: line.id, lines }, end.signal)
        setFound({ context, error: null, step })
      } catch (error) {
        if (!end.signal.aborted) setFound((before) => ({ ...before, error, step }))
      }
    }
    void look()
    return () => end.abort()
  }, [environmentId, line.id, lines, step])
  const { context, error } = found
  const isMore = context !== null && (context.before.length >= lines || context.after.length >= lines)
  const more = isMore && step < STEPS.length - 1 ? <Button loading={found.step !== step} onClick={() => setStep(step + 1)}>Show more around it</Button> : null
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())} size="large" title="Lines around it" description={`What ${serviceName ?? 'it'} printed before and after, without the filter.`} footer={more}>
      <ProblemMessage error={error} className="mb-3" />
      {context === null ? error === null ? <ContextSkeleton /> : null : <Around key={found.step} context={context} />}
    </Dialog>
  )
}

function Around({ context: { before, line, after } }: { context: LogContext }) {
  const named = useRef<HTMLDivElement>(null)
  const [openId, setOpen] = useState<string | null>(null)
  useEffect(() => {
    named.current?.scrollIntoView({ block: 'center' })
  }, [])
  return (
    <div className="@container overflow-hidden rounded-card border border-line bg-sunken py-1">
      {[...before, line, ...after].map((each) => (
        <div key={each.id} ref={each.id === line.id ? named : undefined}>
          <LogRow line={each} serviceName={null} isOpen={false} isCurrent isNamed={each.id === line.id} wrap={each.id === openId} onToggle={({ id }) => setOpen(id === openId ? null : id)} onFocus={() => undefined} />
        </div>
      ))}
    </div>
  )
}

function ContextSkeleton() {
  return (
    <div role="status" aria-label="Reading the lines around it" className="flex flex-col gap-1.5">
      {Array.from({ length: 12 }, (_, index) => (
        <Skeleton key={index} className="h-3.5" />
      ))}
    </div>
  )
}
