'use client'

import { useRouter } from 'next/navigation'
import { useMemo } from 'react'

import { useCanvasStore, useEnvironment } from '@/components/canvas/canvas-context'
import { ask } from '@/components/canvas/store'
import { paths, type VolumeTab } from '@/components/paths'
import type { VolumeNode } from '@/lib/contract/volume'

/** What can be done with a volume from anywhere: node, list, panel. */
export function useVolumeActions() {
  const store = useCanvasStore()
  const router = useRouter()
  const { project, environmentId } = useEnvironment()
  return useMemo(
    () => ({
      open: (volumeId: string, tab?: VolumeTab) => router.push(paths.volume(project.id, environmentId, volumeId, tab)),
      askAttach: (volume: VolumeNode) => ask(store, { kind: 'attach', volumeId: volume.id, serviceId: volume.serviceId }),
      askDetach: (volume: VolumeNode) => ask(store, { kind: 'detach', volumeId: volume.id }),
      askDelete: (volume: VolumeNode) => ask(store, { kind: 'delete_volume', volumeId: volume.id }),
    }),
    [store, router, project.id, environmentId],
  )
}

export type VolumeActions = ReturnType<typeof useVolumeActions>
