'use client'

import { useShallow } from 'zustand/react/shallow'

import { useCanvas, useCanvasStore, useEnvironment } from '@/components/canvas/canvas-context'
import { ask } from '@/components/canvas/store'
import { useRun } from '@/components/client/operations'
import { hasChange } from '@/components/service/service-facts'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { changeDiscard } from '@/lib/contract/doors'

/** Asks before all that is set and not deployed is set back, and names whose it is. */
export function DiscardDialog() {
  const store = useCanvasStore()
  const run = useRun()
  const { environmentId } = useEnvironment()
  const waiting = useCanvas(useShallow((state) => Object.values(state.services).filter(hasChange)))
  const meant = waiting.filter(({ latest, changed }) => latest !== null && changed)
  const fresh = waiting.length - meant.length
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => (open ? undefined : ask(store, null))}
      title={meant.length === 1 ? `Discard the changes of ${meant[0]!.name}?` : `Discard the changes of ${meant.length} services?`}
      confirmLabel="Discard"
      onConfirm={async () => meant.length > 0 && (await run(changeDiscard, { environmentId, items: meant.map(({ id }) => ({ serviceId: id })) }))}
    >
      <p>Source, settings and variables of {meant.map(({ name }) => name).join(', ')} go back to what is deployed. What others set here is lost too.</p>
      {fresh > 0 ? <p>{fresh === 1 ? 'One service that was never deployed stays' : `${fresh} services that were never deployed stay`} as drawn.</p> : null}
    </ConfirmDialog>
  )
}
