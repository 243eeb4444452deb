import type { z } from 'zod'

import { nodeOf as serviceNodeOf } from '@/components/service/use-service-actions'
import { toast } from '@/components/ui/toast'
import { nodeOf as volumeNodeOf } from '@/components/volume/node-of'
import { databaseAdd, environmentCompose, groupCreate, serviceCreate, serviceDuplicate, serviceRestore, volumeCreate } from '@/lib/contract/doors'
import type { Door } from '@/lib/contract/entry'
import type { RestoredServiceView, ServiceView } from '@/lib/contract/service'

import type { Renamed, Thing } from './history'
import { advanceIn } from './record'
import type { Hands } from './save-spots'
import { nodeIn, receiveGroup, receiveService, receiveVolume, settleGroup } from './store'

const SERVICE_ENTRIES: Record<string, Door<z.ZodType, z.ZodType<ServiceView>>> = { [serviceCreate.name]: serviceCreate, [serviceDuplicate.name]: serviceDuplicate, [databaseAdd.name]: databaseAdd, [serviceRestore.name]: serviceRestore }

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
    case 'composition': {
      const { drawn } = await run(environmentCompose, thing.again as never)
      return new Map([...thing.services.map(({ id }, index) => [id, drawn.services[index]!.id] as const), ...thing.volumes.map((id, index) => [id, drawn.volumes[index]!] as const)])
    }
    case 'service': {
      const service = await run(SERVICE_ENTRIES[thing.by]!, thing.again)
      receiveService(store, serviceNodeOf(service))
      for (const { hostname, message } of 'missingHostNames' in service ? (service as RestoredServiceView).missingHostNames : []) toast.warning(`${hostname} did not come back.`, { description: message })
      // Whoever makes its removal again takes this one away, as long as nobody has set anything of it.
      advanceIn(store, thing.id, { from: thing.revision, to: service.revision })
      return new Map([[thing.id, service.id]])
    }
  }
}
