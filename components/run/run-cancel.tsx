'use client'

import { CircleX } from 'lucide-react'

import { useMissing } from '@/components/canvas/canvas-context'
import { Button } from '@/components/ui/button'
import { useSubmit } from '@/components/ui/use-submit'
import type { RunView } from '@/lib/contract/run'
import { canCancelRun } from '@/lib/domain/service-can'

import type { RunActions } from './use-run-actions'

/** Ends a run that waits or is at work. */
export function RunCancel({ run, actions }: { run: RunView; actions: RunActions }) {
  const missing = useMissing('deployment.create')
  const cancel = useSubmit(() => actions.cancel(run))
  if (canCancelRun(run) !== null) return null
  return (
    <Button size="small" icon={<CircleX />} loading={cancel.pending} disabledReason={missing ?? (run.isEnding ? 'It is being ended.' : null)} onClick={() => void cancel.submit()}>
      Cancel
    </Button>
  )
}
