'use client'

import { useMemo } from 'react'

import { useRun, type RunOperation } from '@/components/client/operations'
import { problemOf } from '@/components/ui/problem'
import { toast } from '@/components/ui/toast'
import { environmentArrange } from '@/lib/contract/doors'

import { useCanvasStore, useEnvironment } from './canvas-context'
import { redo, remember, undo, type Places } from './history'
import { snap } from './placement'
import type { CanvasStore } from './store'

/** Moving nodes: at once on the screen, then on the server; taken back with a word when the server refuses. */
export function useArrange() {
  const store = useCanvasStore()
  const run = useRun()
  const { environmentId } = useEnvironment()
  return useMemo(() => {
    const save = (places: Places) => void savePlaces({ store, run, environmentId }, places)
    const travel = (step: ReturnType<typeof undo>) => {
      if (step === null) return
      store.setState({ history: step.history })
      place(store, step.places)
      save(step.places)
    }
    return {
      /** From now on until `drop`, the server does not move these. */
      grab: (ids: readonly string[]) => {
        const origins = placesOf(store, ids)
        store.setState(({ held }) => ({ held: new Set([...held, ...ids]), origins }))
      },
      drop: (ids: readonly string[]) => {
        const after = placesOf(store, ids)
        const before = pick(store.getState().origins, ids)
        const moved = ids.filter((id) => before[id] && after[id] && (before[id].x !== after[id].x || before[id].y !== after[id].y))
        release(store, ids.filter((id) => !moved.includes(id)))
        if (moved.length === 0) return
        const move = { before: pick(before, moved), after: pick(after, moved) }
        store.setState(({ history }) => ({ history: remember(history, move) }))
        save(move.after)
      },
      /** Moves by keys: on the grid, and remembered like a drag. */
      nudge: (ids: readonly string[], dx: number, dy: number) => {
        const before = placesOf(store, ids)
        const after = Object.fromEntries(Object.entries(before).map(([id, at]) => [id, snap({ x: at.x + dx, y: at.y + dy })]))
        store.setState(({ history, held }) => ({ history: remember(history, { before, after }), held: new Set([...held, ...ids]) }))
        place(store, after)
        save(after)
      },
      undo: () => travel(undo(store.getState().history)),
      redo: () => travel(redo(store.getState().history)),
    }
  }, [store, run, environmentId])
}

type Around = { store: CanvasStore; run: RunOperation; environmentId: string }

// The newest save of a node decides: an older one that answers late neither releases nor reverts it.
const newest = new Map<string, symbol>()

async function savePlaces({ store, run, environmentId }: Around, places: Places): Promise<void> {
  const known = store.getState()
  const ids = Object.keys(places).filter((id) => known.services[id] ?? known.volumes[id])
  if (ids.length === 0) return
  const save = Symbol('save')
  ids.forEach((id) => newest.set(id, save))
  store.setState(({ held }) => ({ held: new Set([...held, ...ids]) }))
  try {
    await run(environmentArrange, { environmentId, positions: ids.map((id) => (known.services[id] ? { serviceId: id, ...places[id]! } : { volumeId: id, ...places[id]! })) })
    const current = ids.filter((id) => newest.get(id) === save)
    store.setState(({ services, volumes }) => ({ services: withPlaces(services, pick(places, current)), volumes: withPlaces(volumes, pick(places, current)) }))
    release(store, current)
  } catch (error) {
    const current = ids.filter((id) => newest.get(id) === save)
    release(store, current)
    place(store, savedPlaces(store, current))
    toast.error('The new place was not saved.', { description: problemOf(error).message })
  }
}

function withPlaces<T extends object>(known: Readonly<Record<string, T>>, places: Places): Record<string, T> {
  const next = { ...known }
  for (const [id, at] of Object.entries(places)) if (next[id]) next[id] = { ...next[id], ...at }
  return next
}

function place(store: CanvasStore, places: Places): void {
  store.setState(({ flow }) => ({ flow: flow.map((node) => (places[node.id] ? { ...node, position: { ...places[node.id]! } } : node)) }))
}

function release(store: CanvasStore, ids: readonly string[]): void {
  if (ids.length > 0) store.setState(({ held }) => ({ held: new Set([...held].filter((id) => !ids.includes(id))) }))
}

function placesOf(store: CanvasStore, ids: readonly string[]): Places {
  return Object.fromEntries(store.getState().flow.filter((node) => ids.includes(node.id)).map((node) => [node.id, node.position]))
}

function savedPlaces(store: CanvasStore, ids: readonly string[]): Places {
  const { services, volumes } = store.getState()
  return Object.fromEntries(
    ids.flatMap((id) => {
      const node = services[id] ?? volumes[id]
      return node ? [[id, { x: node.x, y: node.y }]] : []
    }),
  )
}

function pick(places: Places, ids: readonly string[]): Places {
  return Object.fromEntries(ids.flatMap((id) => (places[id] ? [[id, places[id]]] : [])))
}
