import { Check, Minus, X } from 'lucide-react'
import { Fragment } from 'react'

import { Duration } from '@/components/ui/duration'
import { StateShape } from '@/components/ui/state-shape'
import type { DeploymentSnapshotView, StageView } from '@/lib/contract/deployment'
import { STAGE_TITLE, STAGES, type StageName, type StageStatus } from '@/lib/domain/deployment-status'

import { SnapshotLine } from './snapshot-line'

/** The recorded parts of a deployment in order: what is done and how long it took, what runs, what is still to come. */
export function StageList({ stages, isOver, waitsFor = [], snapshots = [] }: { stages: readonly StageView[]; isOver: boolean; waitsFor?: readonly string[]; snapshots?: readonly DeploymentSnapshotView[] }) {
  const byName = new Map(stages.map((stage) => [stage.name, stage]))
  // After the end, a stage that was never reached says nothing. Few services have a pre-deploy command, or have something copied.
  const shown = STAGES.filter((name) => byName.has(name) || (!isOver && name !== 'prepare' && name !== 'snapshot'))
  if (shown.length === 0) return null
  return (
    <ol className="grid gap-y-1">
      {shown.map((name) => (
        <Fragment key={name}>
          <StageRow name={name} stage={byName.get(name)} />
          {name === 'snapshot' ? snapshots.map((snapshot) => <SnapshotLine key={snapshot.id} snapshot={snapshot} />) : null}
        </Fragment>
      ))}
      {waitsFor.length > 0 ? <li className="pl-6.5 text-meta break-words text-muted">It refers to {waitsFor.join(', ')}, which {waitsFor.length === 1 ? 'is' : 'are'} being deployed, and starts when that is healthy or has failed.</li> : null}
    </ol>
  )
}

const WORD: Record<StageStatus, string> = { running: 'running', done: 'done', failed: 'failed', skipped: 'skipped', cancelled: 'cancelled' }

function StageRow({ name, stage }: { name: StageName; stage: StageView | undefined }) {
  return (
    <li className="flex items-center gap-2.5" aria-current={stage?.status === 'running' ? 'step' : undefined}>
      <span className="flex size-4 items-center justify-center">
        <StageShape status={stage?.status} />
      </span>
      <span className={stage === undefined || stage.status === 'skipped' ? 'text-faint' : stage.status === 'failed' ? 'text-bad' : undefined}>{STAGE_TITLE[name]}</span>
      <span className="sr-only">{stage ? WORD[stage.status] : 'not begun'}</span>
      {stage?.status === 'skipped' ? <span className="text-meta text-faint">skipped</span> : null}
      {stage?.startedAt && stage.status !== 'skipped' ? <Duration from={stage.startedAt} to={stage.finishedAt} className="ml-auto font-mono text-code text-faint" /> : null}
    </li>
  )
}

/** The mark of a step that runs, is done, failed or is still to come. */
export function StageShape({ status }: { status: StageStatus | undefined }) {
  if (status === 'running') return <span className="text-progress"><StateShape shape="ring" /></span>
  if (status === 'done') return <Check aria-hidden="true" className="size-3.5 text-good" strokeWidth={2.5} />
  if (status === 'failed') return <X aria-hidden="true" className="size-3.5 text-bad" strokeWidth={2.5} />
  if (status === undefined) return <span className="size-1.5 rounded-full bg-line-strong" />
  return <Minus aria-hidden="true" className="size-3.5 text-faint" />
}

/** The same in one line, for a deployment that is over: how long each part took. */
export function StageStrip({ stages }: { stages: readonly StageView[] }) {
  const shown = stages.filter((stage) => stage.status !== 'skipped')
  if (shown.length === 0) return null
  return (
    <ol className="flex flex-wrap gap-x-4 gap-y-1 border-t border-line px-3.5 py-2 text-meta">
      {shown.map((stage) => (
        <li key={stage.name} className="flex items-center gap-1.5" title={stage.error ?? undefined}>
          <StageShape status={stage.status} />
          <span className={stage.status === 'failed' ? 'text-bad' : 'text-muted'}>{STAGE_SHORT[stage.name]}</span>
          <span className="sr-only">{WORD[stage.status]}</span>
          {stage.startedAt ? <Duration from={stage.startedAt} to={stage.finishedAt} className="text-faint" /> : null}
        </li>
      ))}
    </ol>
  )
}

const STAGE_SHORT: Record<StageName, string> = { fetch: 'Fetch', detect: 'Detect', install: 'Install', build: 'Build', snapshot: 'Snapshots', release: 'Release', prepare: 'Pre-deploy', start: 'Start' }
