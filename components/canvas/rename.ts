import { fetchQuery } from '@/components/client/query'
import { nodeOf as serviceNodeOf } from '@/components/service/use-service-actions'
import { nodeOf as volumeNodeOf } from '@/components/volume/node-of'
import { groupUpdate, serviceGet, serviceUpdate, volumeUpdate } from '@/lib/contract/doors'

import type { Setting } from './history'
import { outrun } from './outrun'
import { advanceIn } from './record'
import type { Hands } from './save-spots'
import { receiveGroup, receiveService, receiveVolume } from './store'

/** Gives something another name, if it is still called what it was: what somebody else calls it meanwhile stays, and the problem that is thrown says so. */
export async function rename({ store, run }: Pick<Hands, 'store' | 'run'>, { kind, id, before, after }: Omit<Extract<Setting, { of: 'name' }>, 'of'>): Promise<void> {
  if (kind === 'group') return receiveGroup(store, await run(groupUpdate, { groupId: id, name: after, ifName: before }))
  const state = store.getState()
  const now = kind === 'service' ? state.services[id] : state.volumes[id]
  if (!now) throw outrun('It is gone.')
  if (now.name !== before) throw outrun(`Somebody has renamed it to ${now.name} since.`)
  if (kind === 'volume') return receiveVolume(store, volumeNodeOf(await run(volumeUpdate, { volumeId: id, name: after })))
  const { name, revision } = await fetchQuery(serviceGet, { serviceId: id })
  if (name !== before) throw outrun(`Somebody has renamed it to ${name} since.`)
  const saved = await run(serviceUpdate, { serviceId: id, name: after, ifRevision: revision })
  receiveService(store, serviceNodeOf(saved))
  advanceIn(store, id, { from: revision, to: saved.revision })
}
