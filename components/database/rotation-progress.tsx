'use client'

import { TriangleAlert } from 'lucide-react'
import Link from 'next/link'

import { useEnvironment, useMissing } from '@/components/canvas/canvas-context'
import { useRun } from '@/components/client/operations'
import { StageShape } from '@/components/deployment/stage-list'
import { paths } from '@/components/paths'
import { Button } from '@/components/ui/button'
import { ProblemMessage } from '@/components/ui/problem-message'
import { RelativeTime } from '@/components/ui/relative-time'
import { useSubmit } from '@/components/ui/use-submit'
import { rotationCancel, rotationRetry } from '@/lib/contract/doors'
import type { RotationView } from '@/lib/contract/rotation'
import { isProgressing } from '@/lib/domain/deployment-status'
import { ROTATION_STEPS, ROTATION_TITLE, type RotationStep } from '@/lib/domain/rotation'

type Mark = 'done' | 'running' | 'failed' | undefined
const WORD = { done: 'done', running: 'running', failed: 'failed' } as const

/** On the way back nothing is made or admitted: both are there. */
const shown = (isReturning: boolean): readonly RotationStep[] => (isReturning ? ROTATION_STEPS.slice(2) : ROTATION_STEPS)

/** How far a rotation is, service by service, and what to do when it stopped. */
export function RotationProgress({ rotation, onChange }: { rotation: RotationView; onChange: () => void }) {
  const { status, step, isReturning, message, createdAt, createdBy } = rotation
  const at = ROTATION_STEPS.indexOf(step)
  const markOf = (index: number): Mark => (index < at ? 'done' : index > at ? undefined : status === 'failed' ? 'failed' : 'running')
  return (
    <div className={`mt-2 rounded-card border bg-raised ${status === 'failed' ? 'border-warning/40' : 'border-line'}`}>
      <p className="border-b border-line px-3.5 py-2 text-meta text-muted">
        {isReturning ? 'Going back to the former password' : 'Rotating'}, begun <RelativeTime at={createdAt} />
        {createdBy === null ? '' : ` by ${createdBy.name}`}. {step === 'revoke' ? 'Nothing uses the other password any more.' : 'Nothing is interrupted meanwhile.'}
      </p>
      <ol className="grid gap-y-1 px-3.5 py-2.5">
        {shown(isReturning).map((name) => (
          <Row key={name} mark={markOf(ROTATION_STEPS.indexOf(name))} text={ROTATION_TITLE[name][isReturning ? 'back' : 'forth']}>
            {name === 'redeploy' && rotation.dependants.length > 0 ? <Dependants rotation={rotation} isOver={ROTATION_STEPS.indexOf('redeploy') < at} /> : null}
          </Row>
        ))}
      </ol>
      {message === null ? null : <Message text={message} isFailure={status === 'failed'} />}
      {isReturning && status !== 'failed' ? null : <Ways rotation={rotation} onChange={onChange} />}
    </div>
  )
}

function Row({ mark, text, children }: { mark: Mark; text: string; children?: React.ReactNode }) {
  return (
    <li aria-current={mark === 'running' ? 'step' : undefined}>
      <div className="flex items-center gap-2.5">
        <span className="flex size-4 shrink-0 items-center justify-center">
          <StageShape status={mark} />
        </span>
        <span className={mark === undefined ? 'text-faint' : mark === 'failed' ? 'text-bad' : undefined}>{text}</span>
        <span className="sr-only">{mark ? WORD[mark] : 'not begun'}</span>
      </div>
      {children}
    </li>
  )
}

function Dependants({ rotation, isOver }: { rotation: RotationView; isOver: boolean }) {
  const { project, environmentId } = useEnvironment()
  return (
    <ol className="mt-1 grid gap-y-1 pl-6.5">
      {rotation.dependants.map(({ serviceId, name, deploymentId, status, isStuck }) => {
        const mark: Mark = isStuck ? 'failed' : isOver || status === 'active' || status === 'retired' ? 'done' : status === null ? undefined : isProgressing(status) ? 'running' : 'failed'
        return (
          <Row key={serviceId} mark={mark} text={name}>
            {deploymentId === null || mark === 'done' ? null : (
              <Link href={paths.deployment(project.id, environmentId, serviceId, deploymentId)} className="ml-6.5 text-meta text-accent hover:underline">
                Its deployment
              </Link>
            )}
          </Row>
        )
      })}
    </ol>
  )
}

function Message({ text, isFailure }: { text: string; isFailure: boolean }) {
  return (
    <p role={isFailure ? 'alert' : 'status'} className="flex gap-2 border-t border-line px-3.5 py-2.5 break-words">
      {isFailure ? <TriangleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-warning" /> : null}
      <span className={isFailure ? 'min-w-0' : 'min-w-0 text-muted'}>{text}</span>
    </p>
  )
}

function Ways({ rotation, onChange }: { rotation: RotationView; onChange: () => void }) {
  const run = useRun()
  const missing = useMissing('service.write')
  const cancel = useSubmit(async () => {
    await run(rotationCancel, { rotationId: rotation.id })
    onChange()
  })
  const retry = useSubmit(async () => {
    await run(rotationRetry, { rotationId: rotation.id })
    onChange()
  })
  return (
    <div className="border-t border-line px-3.5 py-2.5">
      <div className="flex flex-wrap justify-end gap-2">
        {rotation.isReturning ? null : (
          <Button size="small" variant="ghost" loading={cancel.pending} disabledReason={missing ?? rotation.cannotCancel} onClick={() => void cancel.submit()}>
            Cancel and go back
          </Button>
        )}
        {rotation.status === 'failed' ? (
          <Button size="small" variant="primary" loading={retry.pending} disabledReason={missing} onClick={() => void retry.submit()}>
            Try again
          </Button>
        ) : null}
      </div>
      <ProblemMessage error={cancel.error ?? retry.error} className="mt-2" />
    </div>
  )
}
