'use client'

import { useMemo } from 'react'

import { useRun } from '@/components/client/operations'
import { problemOf } from '@/components/ui/problem'
import { toast } from '@/components/ui/toast'

import { useCanvasStore, useEnvironment } from './canvas-context'
import { glide } from './glide'
import { remember, type Spot, type Spots } from './history'
import { frameAt, withInside, type Frame } from './members'
import { snap, type Place } from './placement'
import { saveSpots, type SpotMove } from './save-spots'
import { hold, movedOnly, pick, place, release, spotsOf } from './spots'
import { groupOf, type CanvasState } from './store'

/** Moving things: at once on the screen, then on the server; taken back with a word when the server refuses. */
export function useArrange() {
  const store = useCanvasStore()
  const run = useRun()
  const { environmentId } = useEnvironment()
  return useMemo(() => {
    const hands = { store, run, environmentId }
    const save = (label: string, move: SpotMove) => {
      store.setState(({ history }) => ({ history: remember(history, { label, kind: 'move', ...move }) }))
      saveSpots(hands, move).catch((error: unknown) => toast.error('The new place was not saved.', { description: problemOf(error).message }))
    }
    return {
      /** From now on until `drop`, the server does not move these, nor what is in those that are frames. */
      grab: (ids: readonly string[]) => {
        const state = store.getState()
        const all = withInside(ids, state.flow, (id) => groupOf(state, id))
        hold(store, all)
        store.setState({ origins: spotsOf(state, all) })
      },
      /** While these are dragged: the frame that they would be in. */
      drag: (ids: readonly string[]) => {
        const over = ids.map((id) => frameOver(store.getState(), id, ids)).find((frame) => frame !== null) ?? null
        if (store.getState().dropFrame !== over) store.setState({ dropFrame: over })
      },
      /** These were dropped where they are: they are in the frame around them. */
      drop: (ids: readonly string[]) => {
        const { origins } = store.getState()
        store.setState({ dropFrame: null })
        const state = store.getState()
        const after = Object.fromEntries(Object.entries(spotsOf(state, Object.keys(origins))).map(([id, spot]) => [id, ids.includes(id) && spot.groupId !== undefined ? { ...spot, groupId: frameOver(state, id, ids) } : spot]))
        const move = movedOnly(origins, after)
        release(store, Object.keys(origins).filter((id) => !move.after[id]))
        if (Object.keys(move.after).length > 0) save(`Move ${wordsFor(state, ids)}`, move)
      },
      /** Moves by keys, remembered like a drag. */
      nudge: (ids: readonly string[], dx: number, dy: number) => {
        const state = store.getState()
        const before = spotsOf(state, withInside(ids, state.flow, (id) => groupOf(state, id)))
        const shift = (at: Place) => (state.isSnapping ? snap({ x: at.x + dx, y: at.y + dy }) : { x: at.x + dx, y: at.y + dy })
        const after = Object.fromEntries(Object.entries(before).map(([id, spot]) => [id, { ...spot, ...shift(spot) }]))
        place(store, after)
        save(`Move ${wordsFor(state, ids)}`, { before, after })
      },
      /** A frame has another size. What it is around now is in it, what it is not around any more leaves it. */
      resize: (id: string, after: { x: number; y: number; width: number; height: number }) => {
        const state = store.getState()
        const group = state.groups[id]
        if (!group) return
        const { x, y, width, height } = group
        const joined = joinedBy(state, id)
        save(`Resize ${group.name}`, { before: { [id]: { x, y, width, height }, ...spotsOf(state, Object.keys(joined)) }, after: { [id]: after, ...joined } })
      },
      /** Puts things elsewhere so that one sees where they go. */
      put: async (label: string, wanted: Spots) => {
        const move = movedOnly(spotsOf(store.getState(), Object.keys(wanted)), wanted)
        if (Object.keys(move.after).length === 0) return
        hold(store, Object.keys(move.after))
        await glide(store, pick(wanted, Object.keys(move.after)))
        save(label, move)
      },
    }
  }, [store, run, environmentId])
}

export type Arrange = ReturnType<typeof useArrange>

/** The frame that a node is over, among those that are not dragged themselves. */
function frameOver(state: CanvasState, id: string, dragged: readonly string[]): string | null {
  const node = state.flow.find((each) => each.id === id)
  if (!node || node.type === 'frame') return null
  return frameAt(node.position, framesIn(state).filter((frame) => !dragged.includes(frame.id)))?.id ?? groupDragged(state, id, dragged)
}

/** What is dragged with its frame stays in it. */
function groupDragged(state: CanvasState, id: string, dragged: readonly string[]): string | null {
  const own = groupOf(state, id)
  return own !== null && dragged.includes(own) ? own : null
}

/** Nodes that a frame of another size is around, or not any more. */
function joinedBy(state: CanvasState, frameId: string): Spots {
  const frames = framesIn(state)
  return Object.fromEntries(
    state.flow.flatMap((node): [string, Spot][] => {
      if (node.type === 'frame') return []
      const own = groupOf(state, node.id)
      const around = frameAt(node.position, frames)?.id ?? null
      const isConcerned = (own === frameId) !== (around === frameId) && (own === frameId || own === null)
      return isConcerned ? [[node.id, { ...node.position, groupId: around }]] : []
    }),
  )
}

export function framesIn({ flow }: Pick<CanvasState, 'flow'>): Frame[] {
  return flow.flatMap((node) => (node.type === 'frame' ? [{ id: node.id, ...node.position, width: node.width ?? 0, height: node.height ?? 0 }] : []))
}

/** `api`, or `3 nodes`. */
export function wordsFor(state: CanvasState, ids: readonly string[]): string {
  const [id] = ids
  if (ids.length !== 1 || id === undefined) return `${ids.length} nodes`
  return (state.services[id] ?? state.volumes[id] ?? state.groups[id])?.name ?? 'a node'
}
