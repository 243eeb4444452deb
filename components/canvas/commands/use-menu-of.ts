'use client'

import type { MenuItems } from '@/components/ui/menu'
import type { ServiceNode } from '@/lib/contract/graph'
import type { VolumeNode } from '@/lib/contract/volume'

import { useCommands } from './commands-context'

/** The actions of a service as a menu: the same on its node, in the list and in its panel, where it is open already. */
export function useServiceMenu(): (service: ServiceNode, isOpen?: boolean) => MenuItems {
  const { menuOf } = useCommands()
  return (service, isOpen = false) => menuOf({ kind: 'service', id: service.id, service }, isOpen ? { except: ['open'] } : {})
}

/** The actions of a volume likewise. */
export function useVolumeMenu(): (volume: VolumeNode, isOpen?: boolean) => MenuItems {
  const { menuOf } = useCommands()
  return (volume, isOpen = false) => menuOf({ kind: 'volume', id: volume.id, volume }, isOpen ? { except: ['open'] } : {})
}
