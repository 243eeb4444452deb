'use client'

import { useReactFlow } from '@xyflow/react'
import { useMemo } from 'react'

import { useRun } from '@/components/client/operations'
import { nodeOf } from '@/components/service/use-service-actions'
import { databaseAdd, serviceCreate } from '@/lib/contract/doors'
import type { ServiceView } from '@/lib/contract/service'
import type { Source } from '@/lib/contract/source'
import type { EngineName } from '@/lib/domain/engine/engines'

import { useCanvasStore, useEnvironment } from './canvas-context'
import { NODE_HEIGHT, NODE_WIDTH } from './flow-node'
import { freePlace, type Place } from './placement'
import { receiveService } from './store'

export type NewService = { source: Source; name: string; at: Place | null }

export type NewDatabase = { engine: EngineName; version: string; name: string; at: Place | null }

/** Draws a service: at the wanted place, or in the middle of what is visible. Throws what the server refused. */
export function useAddService() {
  const draw = useDraw()
  const run = useRun()
  return useMemo(() => ({ source, name, at }: NewService) => draw(at, (place) => run(serviceCreate, { ...place, source, ...named(name) })), [draw, run])
}

/** Draws a database likewise. */
export function useAddDatabase() {
  const draw = useDraw()
  const run = useRun()
  return useMemo(() => ({ engine, version, name, at }: NewDatabase) => draw(at, (place) => run(databaseAdd, { ...place, engine, version, ...named(name) })), [draw, run])
}

function named(name: string): { name?: string } {
  return name.trim() === '' ? {} : { name: name.trim() }
}

function useDraw() {
  const store = useCanvasStore()
  const { screenToFlowPosition } = useReactFlow()
  const { environmentId } = useEnvironment()
  return useMemo(
    () => async (at: Place | null, ask: (place: Place & { environmentId: string }) => Promise<ServiceView>) => {
      const wanted = at ?? middle(screenToFlowPosition)
      const taken = store.getState().flow.map((node) => node.position)
      const place = freePlace({ x: wanted.x - (at ? 0 : NODE_WIDTH / 2), y: wanted.y - (at ? 0 : NODE_HEIGHT / 2) }, taken)
      const view = await ask({ environmentId, ...place })
      receiveService(store, nodeOf(view))
      return view
    },
    [store, screenToFlowPosition, environmentId],
  )
}

/** The middle of the visible part of the canvas, beside an open panel. */
function middle(toFlow: (place: Place) => Place): Place {
  const canvas = document.querySelector('.react-flow')?.getBoundingClientRect()
  if (!canvas) return { x: 0, y: 0 }
  const panel = document.querySelector('[data-panel]')?.getBoundingClientRect()
  const right = panel && panel.left > canvas.left + NODE_WIDTH ? panel.left : canvas.right
  return toFlow({ x: (canvas.left + right) / 2, y: (canvas.top + canvas.bottom) / 2 })
}
