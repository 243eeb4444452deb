'use client'

import { useMemo } from 'react'

import { useRun } from '@/components/client/operations'
import { nodeOf } from '@/components/service/use-service-actions'
import { databaseAdd, serviceCreate } from '@/lib/contract/doors'
import type { ServiceView } from '@/lib/contract/service'
import type { Source } from '@/lib/contract/source'
import type { EngineName } from '@/lib/domain/engine/engines'
import { findTemplate } from '@/lib/domain/template'

import { useCanvasStore, useEnvironment } from './canvas-context'
import { NODE_HEIGHT, NODE_WIDTH } from './flow-node'
import { freePlace } from './free-place'
import type { Place } from './placement'
import { record } from './record'
import { receiveService } from './store'
import { useMiddle } from './use-middle'

export type NewService = { source: Source; name: string; at: Place | null }

export type NewDatabase = { engine: EngineName; version: string; name: string; at: Place | null }

/** Draws a service: at the wanted place, or in the middle of what is visible. Throws what the server refused. */
export function useAddService() {
  const draw = useDraw()
  return useMemo(() => ({ source, name, at }: NewService) => draw(serviceCreate, at, { source, ...named(name) }), [draw])
}

/** Draws a database likewise. */
export function useAddDatabase() {
  const draw = useDraw()
  return useMemo(() => ({ engine, version, name, at }: NewDatabase) => draw(databaseAdd, at, { engine, version, ...named(name) }), [draw])
}

function named(name: string): { name?: string } {
  return name.trim() === '' ? {} : { name: name.trim() }
}

function useDraw() {
  const store = useCanvasStore()
  const run = useRun()
  const middle = useMiddle()
  const { environmentId } = useEnvironment()
  return useMemo(
    () => async (entry: typeof serviceCreate | typeof databaseAdd, at: Place | null, wish: object) => {
      const taken = store.getState().flow.filter((node) => node.type !== 'frame').map((node) => node.position)
      const again = { environmentId, ...wish, ...freePlace(at ?? middle({ width: NODE_WIDTH, height: NODE_HEIGHT }), taken) }
      const view: ServiceView = await run(entry as typeof serviceCreate, again as never)
      receiveService(store, nodeOf(view))
      // A template may draw several, of which this is one: to take only that back would tear them apart.
      if (!drawsSeveral(wish)) record(store, { label: `Add ${view.name}`, kind: 'draw', thing: { kind: 'service', id: view.id, again, by: entry.name, revision: view.revision } })
      return view
    },
    [store, run, middle, environmentId],
  )
}

function drawsSeveral(wish: object): boolean {
  const source = 'source' in wish ? (wish.source as Source) : null
  return source?.type === 'template' && (findTemplate(source.template)?.services.length ?? 1) > 1
}
