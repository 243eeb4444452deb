import type { z } from 'zod'

import { nodeOf as serviceNodeOf } from '@/components/service/use-service-actions'
import { nodeOf as volumeNodeOf } from '@/components/volume/node-of'
import { databaseAdd } from '@/lib/contract/database'
import { groupCreate } from '@/lib/contract/group'
import type { Entry } from '@/lib/contract/entry'
import { serviceCreate, serviceDuplicate, type ServiceView } from '@/lib/contract/service'
import { volumeCreate } from '@/lib/contract/volume'

import type { Renamed, Thing } from './history'
import type { Hands } from './save-spots'
import { nodeIn, receiveGroup, receiveService, receiveVolume, settleGroup } from './store'

const SERVICE_ENTRIES: Record<string, Entry<z.ZodType, typeof ServiceView>> = { [serviceCreate.name]: serviceCreate, [serviceDuplicate.name]: serviceDuplicate, [databaseAdd.name]: databaseAdd }

/** Draws what was taken away with what it was drawn with first. It has other ids: those are returned by the old ones. */
export async function drawAgain({ store, run, environmentId }: Hands, thing: Thing): Promise<Renamed> {
  switch (thing.kind) {
    case 'group': {
      const { name, x, y, width, height } = thing.group
      const nodes = thing.nodes.filter((id) => nodeIn(store.getState(), id))
      const group = await run(groupCreate, { environmentId, name, x, y, width, height, nodes })
      receiveGroup(store, group)
      settleGroup(store, group.id, nodes)
      return new Map([[thing.id, group.id]])
    }
    case 'volume': {
      const volume = await run(volumeCreate, thing.again as never)
      receiveVolume(store, volumeNodeOf(volume))
      return new Map([[thing.id, volume.id]])
    }
    case 'service': {
      const service = await run(SERVICE_ENTRIES[thing.by]!, thing.again)
      receiveService(store, serviceNodeOf(service))
      return new Map([[thing.id, service.id]])
    }
  }
}
