'use client'

import { HardDrive, MoreHorizontal } from 'lucide-react'
import Link from 'next/link'
import { useShallow } from 'zustand/react/shallow'

import { useCanvas, useEnvironment, useService } from '@/components/canvas/canvas-context'
import { useVolumeMenu } from '@/components/canvas/commands/use-menu-of'
import { asName, Name } from '@/components/canvas/name'
import { paths } from '@/components/paths'
import { IconButton } from '@/components/ui/icon-button'
import { ContextMenu, Menu } from '@/components/ui/menu'
import type { VolumeNode } from '@/lib/contract/volume'

import { VolumeUse } from './volume-use'

/** The volumes of the environment, where there are some, with the actions that their nodes have. */
export function VolumeList() {
  const volumes = useCanvas(useShallow((state) => Object.values(state.volumes).sort((a, b) => a.name.localeCompare(b.name))))
  if (volumes.length === 0) return null
  return (
    <section aria-labelledby="volumes" className="mt-8">
      <h2 id="volumes" className="mb-3 text-page font-medium">
        Volumes
      </h2>
      <ul className="divide-y divide-line rounded-card border border-line bg-surface">
        {volumes.map((volume) => (
          <VolumeRow key={volume.id} volume={volume} />
        ))}
      </ul>
    </section>
  )
}

function VolumeRow({ volume }: { volume: VolumeNode }) {
  const { project, environmentId } = useEnvironment()
  const service = useService(volume.serviceId ?? '')
  const items = useVolumeMenu()(volume)
  return (
    <ContextMenu items={items} label={`Actions of ${volume.name}`}>
      <li className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 px-3.5 py-2.5 hover:bg-hover md:grid-cols-[minmax(0,16rem)_minmax(0,1fr)_15rem_auto] md:px-4">
        <span className="flex min-w-0 items-center gap-2.5">
          <HardDrive aria-hidden="true" className="size-5 shrink-0 stroke-[1.5] text-muted" />
          <Name id={volume.id} at="row">
            <Link {...asName(volume.id, 'row')} href={paths.volume(project.id, environmentId, volume.id)} className="min-w-0 truncate font-medium hover:underline" title={volume.name}>
              {volume.name}
            </Link>
          </Name>
        </span>
        <span className="order-3 min-w-0 truncate text-muted md:order-none">{service ? <><span className="font-mono text-code">{volume.mountPath}</span> in {service.name}</> : 'Not attached'}</span>
        <span className="order-4 text-right text-meta md:order-none md:text-left">{volume.isDeleting ? 'Being removed' : <VolumeUse volume={volume} />}</span>
        <span className="justify-self-end">
          <Menu label={`Actions of ${volume.name}`} trigger={<IconButton size="small" label={`Actions of ${volume.name}`} icon={<MoreHorizontal />} />} items={items} />
        </span>
      </li>
    </ContextMenu>
  )
}
