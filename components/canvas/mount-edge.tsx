'use client'

import { getSmoothStepPath, type Edge, type EdgeProps } from '@xyflow/react'
import { X } from 'lucide-react'
import { memo } from 'react'

import type { VolumeNode } from '@/lib/contract/volume'

import { useCanvasStore, useMissing, useService, useVolume } from './canvas-context'
import { asLine, lineNameId } from './line'
import { LineLabel } from './line-label'
import { ask } from './store'
import { useFocusAfterLine } from './use-keep-focus'
import { useLineEnds } from './use-line-ends'

export type MountEdgeData = Edge<Record<string, never>, 'mount'>

/** A line from each volume to the service that has it. */
export function mountEdges(volumes: readonly VolumeNode[]): MountEdgeData[] {
  return volumes.flatMap((volume) => (volume.serviceId === null ? [] : [{ ...asLine(`mount-${volume.id}`), type: 'mount' as const, source: volume.id, target: volume.serviceId, data: {} }]))
}

/** A volume and the service that has it: solid, labelled by the path. Its label takes the line away. */
export const MountEdge = memo(function MountEdge({ id, source, target }: EdgeProps<MountEdgeData>) {
  const ends = useLineEnds(source, target)
  const volume = useVolume(source)
  const service = useService(target)
  const store = useCanvasStore()
  useFocusAfterLine(id, source)
  const readOnly = useMissing('service.write') !== null
  if (!ends || !volume || !service) return null
  const [path, labelX, labelY] = getSmoothStepPath({ ...ends, borderRadius: 10, offset: 20 })
  return (
    <>
      <desc id={lineNameId(id)}>{`${volume.name} is mounted in ${service.name} at ${volume.mountPath}`}</desc>
      <path d={path} className="link-halo" />
      <path d={path} className="mount-line" />
      <path d={path} className="link-reach" data-line={id} />
      <LineLabel>
        <button
          type="button"
          disabled={readOnly}
          // Keys come by the line itself.
          tabIndex={-1}
          data-line={id}
          aria-label={`Detach ${volume.name} from ${service.name}`}
          title={readOnly ? undefined : 'Detach'}
          onClick={() => ask(store, { kind: 'detach', volumeId: volume.id })}
          className="mount-label nodrag nopan group pointer-events-auto absolute flex max-w-56 items-center gap-1 rounded-small border border-line bg-canvas px-1.5 font-mono text-[0.6875rem] leading-[1.125rem] text-muted enabled:cursor-pointer enabled:hover:border-line-strong enabled:hover:text-ink"
          style={{ transform: `translate(-50%, -50%) translate(${labelX}px, ${labelY}px)` }}
        >
          <span className="truncate">{volume.mountPath}</span>
          {readOnly ? null : <X aria-hidden="true" className="size-3 shrink-0 text-faint group-hover:text-ink group-focus-visible:text-ink" />}
        </button>
      </LineLabel>
    </>
  )
})
