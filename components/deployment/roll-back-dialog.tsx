'use client'

import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import type { DeploymentView } from '@/lib/contract/deployment'

import { revisionWords } from './deployment-words'

export type RollBackDialogProps = { deployment: DeploymentView | null; onClose: () => void; onConfirm: (deployment: DeploymentView) => Promise<unknown> }

/** Asks before an earlier build takes the traffic. */
export function RollBackDialog({ deployment, onClose, onConfirm }: RollBackDialogProps) {
  if (deployment === null) return null
  return (
    <ConfirmDialog open danger={false} onOpenChange={(open) => (open ? undefined : onClose())} title={`Roll back to deployment ${deployment.number}?`} confirmLabel="Roll back" onConfirm={() => onConfirm(deployment)}>
      <p>
        The kept build of <span className="text-ink">{revisionWords(deployment)}</span> starts with the settings and variables it had then. What runs now keeps serving until it is healthy.
      </p>
    </ConfirmDialog>
  )
}
