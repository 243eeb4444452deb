'use client'

import { Panel, useReactFlow, useStore } from '@xyflow/react'
import { Maximize, Minus, Network, Plus, Redo2, Undo2 } from 'lucide-react'
import dynamic from 'next/dynamic'

import { Button } from '@/components/ui/button'
import { IconButton } from '@/components/ui/icon-button'
import { Menu } from '@/components/ui/menu'

import { useCanvas } from './canvas-context'
import { useCommands } from './commands/commands-context'
import { PANE } from './commands/subject'
import { motionMs } from './motion'

// Most canvases are seen whole, and need no map.
const CanvasMap = dynamic(() => import('./canvas-map').then((module) => module.CanvasMap), { ssr: false })

const BAR = 'flex items-center rounded-card border border-line bg-surface p-0.5 shadow-card'

/** What floats over the canvas: adding, zooming, taking moves back, the map. */
export function CanvasControls() {
  const hasMap = useCanvas((state) => state.hasMap)
  return (
    <>
      <Panel position="top-left" className="m-3!">
        <AddButton />
      </Panel>
      <Panel position="bottom-left" className="m-3! flex items-end gap-2">
        <ZoomBar />
        <HistoryBar />
      </Panel>
      {hasMap ? <CanvasMap /> : null}
    </>
  )
}

function AddButton() {
  const commands = useCommands()
  return (
    <Menu
      align="start"
      label="Add a service"
      trigger={
        <Button icon={<Plus />} className="shadow-float">
          Add
        </Button>
      }
      items={commands.addMenu(() => null)}
    />
  )
}

function ZoomBar() {
  const { zoomIn, zoomOut, zoomTo } = useReactFlow()
  const commands = useCommands()
  const zoom = useStore((state) => Math.round(state.transform[2] * 100))
  return (
    <div className={BAR} role="group" aria-label="Zoom">
      <IconButton size="small" label="Zoom out" icon={<Minus />} onClick={() => void zoomOut({ duration: motionMs(140) })} />
      <button type="button" aria-label={`Zoom is ${zoom} %. Set to 100 %`} className="h-7 w-11 rounded-control text-center text-meta text-muted hover:text-ink" onClick={() => void zoomTo(1, { duration: motionMs(140) })}>
        {zoom} %
      </button>
      <IconButton size="small" label="Zoom in" icon={<Plus />} onClick={() => void zoomIn({ duration: motionMs(140) })} />
      <IconButton size="small" label="Show everything" icon={<Maximize />} onClick={() => commands.run('fit', PANE)} />
      <IconButton size="small" label="Arrange automatically" icon={<Network />} disabledReason={commands.why('layout', PANE)} onClick={() => commands.run('layout', PANE)} />
    </div>
  )
}

function HistoryBar() {
  const last = useCanvas((state) => state.history.past.at(-1)?.label)
  const next = useCanvas((state) => state.history.future[0]?.label)
  const commands = useCommands()
  if (last === undefined && next === undefined) return null
  return (
    <div className={BAR} role="group" aria-label="History">
      <IconButton size="small" label={last === undefined ? 'Undo' : `Undo: ${last}`} icon={<Undo2 />} disabled={last === undefined} onClick={() => commands.run('undo', PANE)} />
      <IconButton size="small" label={next === undefined ? 'Redo' : `Redo: ${next}`} icon={<Redo2 />} disabled={next === undefined} onClick={() => commands.run('redo', PANE)} />
    </div>
  )
}
