import { groupDelete, serviceDelete, serviceRestore, volumeDelete } from '@/lib/contract/doors'
import type { ServiceNode } from '@/lib/contract/graph'
import type { GroupView } from '@/lib/contract/group'
import type { VolumeNode } from '@/lib/contract/volume'

import type { Step } from './history'
import type { Hands } from './save-spots'
import { forgetGroup, nodeIn } from './store'

// What is deleted, with what takes it back: a step for the history, or null where nothing can.

/** A service: what was set for it can be drawn again, secrets included, with a ticket that the server gives for an hour. */
export async function removeService({ run, environmentId }: Pick<Hands, 'run' | 'environmentId'>, { id, name }: Pick<ServiceNode, 'id' | 'name'>): Promise<Step | null> {
  const { ticket } = await run(serviceDelete, { serviceId: id, keep: true })
  if (ticket === null) return null
  // No revision is this one: what is drawn again says which it has.
  return { label: `Delete ${name}`, kind: 'remove', thing: { kind: 'service', id, again: { environmentId, ticket }, by: serviceRestore.name, revision: -1 } }
}

/** A volume: only one in which there was never anything can be drawn again as it was. */
export async function removeVolume({ run, environmentId }: Pick<Hands, 'run' | 'environmentId'>, { id, name, x, y, limitMib, sizeBytes }: VolumeNode): Promise<Step | null> {
  await run(volumeDelete, { volumeId: id, confirm: name })
  if (sizeBytes !== null) return null
  return { label: `Delete ${name}`, kind: 'remove', thing: { kind: 'volume', id, again: { environmentId, name, x, y, ...(limitMib === null ? {} : { limitMib }) }, serviceId: null } }
}

/** A frame; what is in it stays. */
export async function removeGroup({ store, run }: Pick<Hands, 'store' | 'run'>, group: GroupView): Promise<Step> {
  const state = store.getState()
  const nodes = state.flow.flatMap(({ id }) => (nodeIn(state, id)?.groupId === group.id ? [id] : []))
  await run(groupDelete, { groupId: group.id })
  forgetGroup(store, group.id)
  return { label: `Ungroup ${group.name}`, kind: 'remove', thing: { kind: 'group', id: group.id, group, nodes } }
}
