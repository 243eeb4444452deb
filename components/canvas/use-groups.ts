'use client'

import { useMemo } from 'react'

import { useRun } from '@/components/client/operations'
import { nodeOf } from '@/components/service/use-service-actions'
import { problemOf } from '@/components/ui/problem'
import { toast } from '@/components/ui/toast'
import { groupCreate, serviceDuplicate } from '@/lib/contract/doors'
import type { GroupView } from '@/lib/contract/group'
import { EMPTY_FRAME, frameAround } from '@/lib/domain/frame'

import { useCanvasStore, useEnvironment } from './canvas-context'
import { NODE_HEIGHT, NODE_WIDTH } from './flow-node'
import { together, type Step } from './history'
import { freePlace } from './free-place'
import { snap, type Place } from './placement'
import { record } from './record'
import { removeGroup } from './remove'
import { saveSpots } from './save-spots'
import { spotsOf } from './spots'
import { nodeIn, receiveGroup, receiveService, select, settleGroup } from './store'
import { wordsFor } from './use-arrange'
import { useMiddle } from './use-middle'

/** Frames around nodes, and duplicates of services: at once on the screen, and remembered. Refusals are told in a toast. */
export function useGroups() {
  const store = useCanvasStore()
  const run = useRun()
  const { environmentId } = useEnvironment()
  const middle = useMiddle()
  return useMemo(() => {
    const told = async (work: () => Promise<void>, refusal: string) => {
      try {
        await work()
      } catch (error) {
        toast.error(refusal, { description: problemOf(error).message })
      }
    }
    const isNode = (id: string) => nodeIn(store.getState(), id) !== undefined
    return {
      /** A frame around these, or an empty one at a place. Its title is asked for at once. */
      group: (ids: readonly string[], at: Place | null = null) =>
        told(async () => {
          const nodes = ids.filter(isNode)
          const places = store.getState().flow.filter(({ id }) => nodes.includes(id)).map(({ position }) => position)
          const frame = frameAround(places, { width: NODE_WIDTH, height: NODE_HEIGHT }) ?? { ...snap(at ?? middle(EMPTY_FRAME)), ...EMPTY_FRAME }
          const group = await run(groupCreate, { environmentId, ...frame, nodes })
          receiveGroup(store, group)
          settleGroup(store, group.id, nodes)
          select(store, [group.id])
          record(store, { label: nodes.length === 0 ? 'New group' : `Group ${wordsFor(store.getState(), nodes)}`, kind: 'draw', thing: { kind: 'group', id: group.id, group, nodes } })
        }, 'The group was not drawn.'),
      /** The frame goes, what is in it stays. */
      ungroup: (group: GroupView) =>
        told(async () => {
          const step = await removeGroup({ store, run }, group)
          if (step.kind === 'remove' && step.thing.kind === 'group') select(store, step.thing.nodes)
          record(store, step)
        }, `${group.name} was not taken apart.`),
      /** These are on their own, where they are. */
      leave: (ids: readonly string[]) =>
        told(async () => {
          const before = spotsOf(store.getState(), ids.filter(isNode))
          const after = Object.fromEntries(Object.entries(before).map(([id, spot]) => [id, { ...spot, groupId: null }]))
          await saveSpots({ store, run, environmentId }, { before, after })
          record(store, { label: `Take ${wordsFor(store.getState(), ids)} out`, kind: 'move', before, after })
        }, 'It stays in its group.'),
      /** The same again beside each, selected so that it can be moved at once. */
      duplicate: (serviceIds: readonly string[]) =>
        told(async () => {
          const steps: Step[] = []
          for (const serviceId of serviceIds) {
            const first = store.getState().flow.find(({ id }) => id === serviceId)
            if (!first) continue
            const nodes = store.getState().flow.filter((node) => node.type !== 'frame').map((node) => node.position)
            const again = { serviceId, ...freePlace({ x: first.position.x + 24, y: first.position.y + 24 }, nodes) }
            const twin = await run(serviceDuplicate, again)
            receiveService(store, nodeOf(twin))
            steps.push({ label: 'Duplicate', kind: 'draw', thing: { kind: 'service', id: twin.id, again, by: serviceDuplicate.name, revision: twin.revision } })
          }
          select(store, steps.flatMap((step) => (step.kind === 'draw' && step.thing.kind === 'service' ? [step.thing.id] : [])))
          record(store, together(`Duplicate ${wordsFor(store.getState(), serviceIds)}`, steps))
        }, 'Not all of it was duplicated.'),
    }
  }, [store, run, environmentId, middle])
}
