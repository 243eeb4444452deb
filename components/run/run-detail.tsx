'use client'

import { ArrowLeft } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'

import { useEnvironment, useService } from '@/components/canvas/canvas-context'
import { LogView } from '@/components/logs/log-view'
import { paths } from '@/components/paths'
import { useLiveQuery } from '@/components/service/use-live-query'
import { clockIn } from '@/components/ui/clock-in'
import { exitWords } from '@/components/ui/exit-words'
import { ProblemMessage } from '@/components/ui/problem-message'
import { runGet } from '@/lib/contract/doors'
import type { RunView } from '@/lib/contract/run'
import { RUN_STATUS, isOpen } from '@/lib/domain/run-status'

import { RunCancel } from './run-cancel'
import { RunLine } from './run-line'
import { RunMark } from './run-mark'
import { useRunActions } from './use-run-actions'

/** One run with its log. */
export function RunDetail({ initial }: { initial: RunView }) {
  const { project, environmentId } = useEnvironment()
  const node = useService(initial.serviceId)
  const [moves, setMoves] = useState(isOpen(initial.status))
  const query = useLiveQuery(runGet, { runId: initial.id }, { initial, version: JSON.stringify(node?.cron), everyMs: moves ? 2000 : null })
  const run = query.data
  if (isOpen(run.status) !== moves) setMoves(isOpen(run.status))
  const actions = useRunActions(query.reload)
  const zone = node?.cron?.timeZone ?? 'UTC'
  return (
    <div className="flex flex-1 flex-col gap-4">
      <div>
        <Link href={paths.service(project.id, environmentId, run.serviceId, 'runs')} className="mb-2 inline-flex items-center gap-1 rounded-small text-meta text-faint hover:text-ink">
          <ArrowLeft aria-hidden="true" className="size-3.5" /> All runs
        </Link>
        <div className="flex flex-wrap items-start justify-between gap-3">
          <div className="min-w-0">
            <h3 className="flex flex-wrap items-center gap-x-2 font-medium" suppressHydrationWarning>
              <span title={zone}>Run of {clockIn(run.dueAt, zone)}</span>
              <RunMark status={run.status} isEnding={run.isEnding} className="text-meta font-normal" />
            </h3>
            <RunLine run={run} />
          </div>
          <RunCancel run={run} actions={actions} />
        </div>
      </div>
      <ProblemMessage error={query.error} />
      <p className="text-muted">{endWords(run)}</p>
      <section aria-label="Log of this run" className="flex min-h-72 flex-1 flex-col">
        <LogView scope={{ runId: run.id }} kind="runtime" className="flex-1 overflow-hidden rounded-card border border-line" emptyWords={run.startedAt === null ? 'It has not begun.' : 'It has printed nothing.'} />
      </section>
    </div>
  )
}

/** What came of it, as a sentence. */
function endWords(run: RunView): string {
  if (run.message !== null) return run.message
  const isKnown = run.exitCode !== null || run.exitSignal !== null
  return run.status === 'failed' && isKnown ? `${exitWords(run)}.` : RUN_STATUS[run.status].explanation
}
