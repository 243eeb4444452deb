import clsx from 'clsx'

import { isProgressing, type DeploymentStatus, type StageName } from '@/lib/domain/deployment-status'
import { SERVICE_STATE, type ServiceState, type StateShape as Shape, type StateTone } from '@/lib/domain/service-state'

import { DEPLOYMENT_STATUS, stageProgress } from './deployment-words'
import { StateShape } from './state-shape'
import { TONE_TEXT } from './tone'

type MarkOptions = {
  /** The shape alone; the word stays for screen readers and on hover. */
  hideWord?: boolean
  size?: number
  className?: string
}

export type StateMarkProps = MarkOptions & {
  state: ServiceState
  /** The stage of the deployment under way: fills the ring. */
  stage?: StageName | null
}

/** The state of a service: shape, colour and word from the one table. */
export function StateMark({ state, stage, ...options }: StateMarkProps) {
  const progressing = state === 'building' || state === 'releasing' || state === 'queued'
  return <Mark {...SERVICE_STATE[state]} {...options} progress={progressing && stage !== undefined ? stageProgress(stage) : undefined} />
}

export type DeploymentMarkProps = MarkOptions & { status: DeploymentStatus; stage?: StageName | null }

/** The status of a deployment, drawn the same way. */
export function DeploymentMark({ status, stage, ...options }: DeploymentMarkProps) {
  return <Mark {...DEPLOYMENT_STATUS[status]} {...options} progress={isProgressing(status) && stage !== undefined ? stageProgress(stage) : undefined} />
}

export type MarkProps = MarkOptions & { word: string; tone: StateTone; shape: Shape; explanation?: string; progress?: number }

/** Any state as shape, colour and word. */
export function Mark({ word, tone, shape, explanation, progress, hideWord = false, size = 12, className }: MarkProps) {
  return (
    <span title={hideWord ? word : explanation} data-shape={shape} className={clsx('inline-flex items-center gap-1.5 whitespace-nowrap', TONE_TEXT[tone], className)}>
      <StateShape shape={shape} size={size} progress={progress} />
      <span className={hideWord ? 'sr-only' : undefined}>{word}</span>
    </span>
  )
}
