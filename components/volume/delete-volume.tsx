'use client'

import { useParams, useRouter } from 'next/navigation'

import { useCanvasStore, useEnvironment, useVolume } from '@/components/canvas/canvas-context'
import { record } from '@/components/canvas/record'
import { removeVolume } from '@/components/canvas/remove'
import { ask } from '@/components/canvas/store'
import { useRun } from '@/components/client/operations'
import { paths } from '@/components/paths'
import { bytesWords } from '@/components/service/use-words'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'

/** Asks for the name before the content of a volume is gone for good. */
export function DeleteVolume({ volumeId }: { volumeId: string }) {
  const store = useCanvasStore()
  const volume = useVolume(volumeId)
  const { project, environmentId } = useEnvironment()
  const { volume: openId } = useParams<{ volume?: string }>()
  const run = useRun()
  const router = useRouter()
  if (!volume) return null
  const remove = async () => {
    record(store, await removeVolume({ run, environmentId }, volume))
    if (openId === volumeId) router.push(paths.canvas(project.id, environmentId))
  }
  return (
    <ConfirmDialog open onOpenChange={(open) => (open ? undefined : ask(store, null))} title={`Delete ${volume.name}?`} confirmLabel="Delete volume" typedName={volume.name} onConfirm={remove}>
      <p>Everything in it is deleted{volume.sizeBytes ? `, ${bytesWords(volume.sizeBytes)} when it was measured last` : ''}. Nobody can bring it back.</p>
    </ConfirmDialog>
  )
}
