'use client'

import { useState } from 'react'

import { useService } from '@/components/canvas/canvas-context'
import { Checkbox } from '@/components/ui/checkbox'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import type { DeploymentView } from '@/lib/contract/deployment'

import { revisionWords } from './deployment-words'
import { FormerData } from './former-data'

export type RollBackDialogProps = { deployment: DeploymentView | null; onClose: () => void; onConfirm: (deployment: DeploymentView, hold: boolean) => Promise<unknown> }

/** Asks before an earlier build takes the traffic. */
export function RollBackDialog({ deployment, ...rest }: RollBackDialogProps) {
  // Mounted anew with every question, so that the choice of the last one is forgotten.
  return deployment === null ? null : <Question key={deployment.id} deployment={deployment} {...rest} />
}

function Question({ deployment, onClose, onConfirm }: RollBackDialogProps & { deployment: DeploymentView }) {
  const isHeld = (useService(deployment.serviceId)?.hold ?? null) !== null
  const [hold, setHold] = useState(false)
  return (
    <ConfirmDialog open danger={false} onOpenChange={(open) => (open ? undefined : onClose())} title={`Roll back to deployment ${deployment.number}?`} confirmLabel="Roll back" onConfirm={() => onConfirm(deployment, hold)}>
      <p>
        The kept build of <span className="text-ink">{revisionWords(deployment)}</span> starts with the settings and variables it had then, and takes the traffic when it is healthy.
      </p>
      <FormerData deployment={deployment} />
      {isHeld ? (
        <p>Automatic deploys are held already, and stay so.</p>
      ) : (
        <div className="pt-1 text-ink">
          <Checkbox label="Hold automatic deploys" hint="None takes its place until the hold is released. People can still deploy." checked={hold} onCheckedChange={setHold} />
        </div>
      )}
    </ConfirmDialog>
  )
}
