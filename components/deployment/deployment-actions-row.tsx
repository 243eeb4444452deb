'use client'

import { CircleX, RotateCw, Undo2 } from 'lucide-react'

import { useMissing } from '@/components/canvas/canvas-context'
import { Button } from '@/components/ui/button'
import { useSubmit } from '@/components/ui/use-submit'
import { isProgressing } from '@/lib/domain/deployment-status'

import type { DeploymentCardProps } from './deployment-card'

/** The actions of a deployment as buttons, where there is room for them. */
export function DeploymentActionsRow({ deployment, actions, askRollBack }: Omit<DeploymentCardProps, 'expanded'>) {
  const missing = useMissing('deployment.create')
  const cancel = useSubmit(() => actions.cancel(deployment))
  const redeploy = useSubmit(() => actions.redeploy(deployment))
  if (isProgressing(deployment.status)) {
    return (
      <Button size="small" icon={<CircleX />} loading={cancel.pending} disabledReason={missing} onClick={() => void cancel.submit()}>
        Cancel
      </Button>
    )
  }
  const isActive = deployment.status === 'active'
  if (!isActive && !deployment.canRollBack) return null
  return (
    <div className="flex gap-2">
      <Button size="small" icon={<RotateCw />} loading={redeploy.pending} disabledReason={missing} onClick={() => void redeploy.submit()}>
        Redeploy
      </Button>
      {isActive ? null : (
        <Button size="small" icon={<Undo2 />} disabledReason={missing} onClick={() => askRollBack(deployment)}>
          Roll back
        </Button>
      )}
    </div>
  )
}
