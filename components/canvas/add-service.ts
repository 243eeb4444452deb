'use client'

import { useReactFlow } from '@xyflow/react'
import { useMemo } from 'react'

import { useRun } from '@/components/client/operations'
import { nodeOf } from '@/components/service/use-service-actions'
import { serviceCreate } from '@/lib/contract/service'
import type { Source } from '@/lib/contract/source'

import { useCanvasStore, useEnvironment } from './canvas-context'
import { NODE_HEIGHT, NODE_WIDTH } from './flow-node'
import { freePlace, type Place } from './placement'
import { receiveService } from './store'

export type NewService = { source: Source; name: string; at: Place | null }

/** Draws a service: at the wanted place, or in the middle of what is visible. Throws what the server refused. */
export function useAddService() {
  const store = useCanvasStore()
  const run = useRun()
  const { screenToFlowPosition } = useReactFlow()
  const { environmentId } = useEnvironment()
  return useMemo(
    () => async ({ source, name, at }: NewService) => {
      const wanted = at ?? middle(screenToFlowPosition)
      const taken = store.getState().flow.map((node) => node.position)
      const place = freePlace({ x: wanted.x - (at ? 0 : NODE_WIDTH / 2), y: wanted.y - (at ? 0 : NODE_HEIGHT / 2) }, taken)
      const view = await run(serviceCreate, { environmentId, source, ...(name.trim() === '' ? {} : { name: name.trim() }), ...place })
      receiveService(store, nodeOf(view))
      return view
    },
    [store, run, screenToFlowPosition, environmentId],
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
