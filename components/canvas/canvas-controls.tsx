'use client'

import { Panel, useReactFlow, useStore } from '@xyflow/react'
import { Maximize, Minus, Plus, Redo2, Undo2 } from 'lucide-react'

import { Button } from '@/components/ui/button'
import { IconButton } from '@/components/ui/icon-button'
import { Menu } from '@/components/ui/menu'

import { useCanvas } from './canvas-context'
import { CanvasMap } from './canvas-map'
import { useAddEntries } from './use-add-entries'
import type { useArrange } from './use-arrange'

const BAR = 'flex items-center rounded-card border border-line bg-surface p-0.5 shadow-card'

/** What floats over the canvas: adding, zooming, taking moves back, the map. */
export function CanvasControls({ arrange }: { arrange: ReturnType<typeof useArrange> }) {
  return (
    <>
      <Panel position="top-left" className="m-3!">
        <AddButton />
      </Panel>
      <Panel position="bottom-left" className="m-3! flex items-end gap-2">
        <ZoomBar />
        <HistoryBar arrange={arrange} />
      </Panel>
      <CanvasMap />
    </>
  )
}

function AddButton() {
  const entries = useAddEntries(() => null)
  return (
    <Menu
      align="start"
      label="Add a service"
      trigger={
        <Button icon={<Plus />} className="shadow-float">
          Add
        </Button>
      }
      items={entries}
    />
  )
}

function ZoomBar() {
  const { zoomIn, zoomOut, zoomTo, fitView } = useReactFlow()
  const zoom = useStore((state) => Math.round(state.transform[2] * 100))
  return (
    <div className={BAR} role="group" aria-label="Zoom">
      <IconButton size="small" label="Zoom out" icon={<Minus />} onClick={() => void zoomOut({ duration: 140 })} />
      <button type="button" aria-label={`Zoom is ${zoom} %. Set to 100 %`} className="w-11 rounded-control text-center text-meta text-muted hover:text-ink" onClick={() => void zoomTo(1, { duration: 140 })}>
        {zoom} %
      </button>
      <IconButton size="small" label="Zoom in" icon={<Plus />} onClick={() => void zoomIn({ duration: 140 })} />
      <IconButton size="small" label="Show everything" icon={<Maximize />} onClick={() => void fitView({ padding: 0.18, maxZoom: 1, duration: 220 })} />
    </div>
  )
}

function HistoryBar({ arrange }: { arrange: ReturnType<typeof useArrange> }) {
  const canUndo = useCanvas((state) => state.history.past.length > 0)
  const canRedo = useCanvas((state) => state.history.future.length > 0)
  if (!canUndo && !canRedo) return null
  return (
    <div className={BAR} role="group" aria-label="Moves">
      <IconButton size="small" label="Undo move" icon={<Undo2 />} disabled={!canUndo} onClick={arrange.undo} />
      <IconButton size="small" label="Redo move" icon={<Redo2 />} disabled={!canRedo} onClick={arrange.redo} />
    </div>
  )
}
