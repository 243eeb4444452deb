'use client'

import { useReactFlow } from '@xyflow/react'
import { Maximize } from 'lucide-react'
import { useRef, useState, type MouseEvent, type ReactNode } from 'react'

import { serviceMenu } from '@/components/service/service-menu'
import { useMissingActions } from '@/components/service/use-missing-actions'
import { useServiceActions } from '@/components/service/use-service-actions'
import { volumeMenu } from '@/components/volume/volume-menu'
import { useVolumeActions } from '@/components/volume/use-volume-actions'
import { ContextMenu, type MenuEntry } from '@/components/ui/menu'

import { useCanvas } from './canvas-context'
import type { Place } from './placement'
import { useAddEntries } from './use-add-entries'

/** Right-click anywhere on the canvas: the actions of the node below the pointer, or adding something right there. */
export function CanvasMenu({ children }: { children: ReactNode }) {
  const { screenToFlowPosition, fitView } = useReactFlow()
  const [nodeId, setNodeId] = useState<string | null>(null)
  const place = useRef<Place | null>(null)
  const service = useCanvas((state) => (nodeId === null ? undefined : state.services[nodeId]))
  const volume = useCanvas((state) => (nodeId === null ? undefined : state.volumes[nodeId]))
  const actions = useServiceActions()
  const volumeActions = useVolumeActions()
  const missing = useMissingActions()
  const addEntries = useAddEntries(() => place.current)
  const look = (event: MouseEvent) => {
    const node = event.target instanceof Element ? event.target.closest<HTMLElement>('.react-flow__node') : null
    setNodeId(node?.dataset.id ?? null)
    place.current = screenToFlowPosition({ x: event.clientX, y: event.clientY })
  }
  const items: MenuEntry[] = service
    ? serviceMenu({ service, actions, missing })
    : volume
      ? volumeMenu({ volume, actions: volumeActions, missing })
      : [{ kind: 'heading', label: 'Add here' }, ...addEntries, { kind: 'separator' }, { label: 'Show everything', icon: <Maximize />, onSelect: () => void fitView({ padding: 0.18, maxZoom: 1, duration: 220 }) }]
  return (
    <ContextMenu items={items} label={service || volume ? `Actions of ${(service ?? volume)!.name}` : 'Canvas'}>
      <div className="absolute inset-0" onContextMenuCapture={look}>
        {children}
      </div>
    </ContextMenu>
  )
}
