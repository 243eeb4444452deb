import { Mark } from '@/components/ui/state-mark'
import { RUN_STATUS, type RunStatus } from '@/lib/domain/run-status'
import type { StateShape } from '@/lib/domain/service-state'

const SHAPE: Record<RunStatus, StateShape> = {
  queued: 'dashed',
  running: 'ring',
  done: 'check',
  failed: 'cross',
  timed_out: 'clock',
  cancelled: 'struck',
  skipped: 'dashed',
  missed: 'triangle',
}

/** The status of a run as shape, colour and word. */
export function RunMark({ status, isEnding = false, className }: { status: RunStatus; isEnding?: boolean; className?: string }) {
  const { word, tone, explanation } = RUN_STATUS[status]
  return <Mark word={isEnding ? 'Ending' : word} tone={tone} shape={SHAPE[status]} explanation={explanation} className={className} />
}
