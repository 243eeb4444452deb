'use client'

import { useCanvasStore, useService, useVolume } from '@/components/canvas/canvas-context'
import { record } from '@/components/canvas/record'
import { ask, receiveVolume } from '@/components/canvas/store'
import { useFocusAfterDialog } from '@/components/canvas/use-keep-focus'
import { useRun } from '@/components/client/operations'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { volumeDetach } from '@/lib/contract/doors'

import { mountOf, nodeOf } from './node-of'

/** Asks before a volume leaves its service. */
export function DetachVolume({ volumeId }: { volumeId: string }) {
  const store = useCanvasStore()
  const volume = useVolume(volumeId)
  const service = useService(volume?.serviceId ?? '')
  const run = useRun()
  useFocusAfterDialog(volumeId)
  if (!volume || !service) return null
  const detach = async () => {
    receiveVolume(store, nodeOf(await run(volumeDetach, { volumeId })))
    record(store, { label: `Detach ${volume.name}`, kind: 'set', setting: { of: 'mount', id: volumeId, before: mountOf(volume), after: null } })
  }
  return (
    <ConfirmDialog open onOpenChange={(open) => (open ? undefined : ask(store, null))} title={`Detach ${volume.name} from ${service.name}?`} confirmLabel="Detach volume" danger={false} onConfirm={detach}>
      <p>Everything in it stays. What runs of {service.name} keeps it until the next deployment, which starts without it.</p>
    </ConfirmDialog>
  )
}
