'use client'

import { useMemo } from 'react'

import { useCanvasStore, useEnvironment } from '@/components/canvas/canvas-context'
import { NODE_HEIGHT, NODE_WIDTH } from '@/components/canvas/flow-node'
import type { Place } from '@/components/canvas/placement'
import { record } from '@/components/canvas/record'
import { useMiddle } from '@/components/canvas/use-middle'
import { useRun } from '@/components/client/operations'
import type { ComposeView } from '@/lib/contract/compose'
import { environmentCompose } from '@/lib/contract/doors'

import type { ComposeWish } from './wish'

/** Draws what a file says around a place, or in the middle of what is visible, as one step that can be taken back. */
export function useDrawCompose() {
  const store = useCanvasStore()
  const run = useRun()
  const middle = useMiddle()
  const { environmentId } = useEnvironment()
  return useMemo(
    () => async (wish: ComposeWish, at: Place | null): Promise<ComposeView> => {
      const again = { environmentId, ...wish, ...(at ?? middle({ width: NODE_WIDTH, height: NODE_HEIGHT })) }
      const view = await run(environmentCompose, again)
      record(store, { label: 'Draw a compose file', kind: 'draw', thing: { kind: 'composition', again, ...view.drawn } })
      return view
    },
    [store, run, middle, environmentId],
  )
}
